#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "ports/registry.h"
#include "props/law.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/props/campaign.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

struct Props {
  std::vector<std::string> systems;
  SystemChoice malloc{};
  std::optional<std::uint64_t> seed;
  std::string script;
  bool is_list = false;
  Campaign::Options options;
  ResultOptions form{};
  std::vector<Result> results{};  // Of each system.
  bool is_promised = false;       // Any property, by any system.
  bool has_tried = false;

  ExitCode Run();
  // Empty after a complaint.
  std::vector<const lockstep_port*> Ports() const;
  ExitCode RunOn(const lockstep_port& port, const std::optional<Trace>& trace);
  ExitCode RunOnAll(const std::vector<const lockstep_port*>& ports,
                    const std::optional<Trace>& trace);
  bool HasKnownNames() const;
  SystemChoice First() const;  // Of those that are asked for.
};

ExitCode List() {
  std::cout << "lockstep\n    no model finds a violation\n"
               "    for all ports\n";
  for (const Law& law : Laws()) {
    std::cout << law.name << "\n    " << law.claim << "\n    for ports that "
              << law.needs << '\n';
  }
  return kHeld;
}

SystemChoice Props::First() const {
  return systems.empty() ? malloc : SystemChoice{systems.front(), {}};
}

bool Props::HasKnownNames() const {
  for (const std::string& name : options.names) {
    if (name == "lockstep" || FindLaw(name) != nullptr) continue;
    Complain(Text("there is no property '", name, "'; see --list"));
    return false;
  }
  return true;
}

std::vector<const lockstep_port*> Props::Ports() const {
  std::vector<SystemChoice> choices;
  for (const std::string& name : systems) choices.push_back({name, {}});
  if (malloc.IsGiven()) choices.push_back(malloc);
  if (choices.empty()) return AllPorts();
  std::vector<const lockstep_port*> ports;
  for (const SystemChoice& choice : choices) {
    ports.push_back(choice.PortOrComplain());
    if (ports.back() == nullptr) return {};
  }
  return ports;
}

ExitCode Props::Run() {
  if (is_list) return List();
  form.Begin();
  if (!HasKnownNames()) return kBadInput;
  options.seed = seed ? *seed : std::random_device{}();
  std::optional<Trace> trace;
  if (!script.empty()) {
    trace = ReadTrace(script);
    if (!trace || !IsForOneThread(*trace, script, First())) {
      return kBadInput;
    }
    if (systems.empty() && !malloc.IsGiven()) systems = {trace->component};
  }
  const auto ports = Ports();
  if (ports.empty()) return kBadInput;
  const ExitCode exit_code = RunOnAll(ports, trace);
  Result whole = WholeOf("props", results);
  whole.exit_code = exit_code;
  return form.Publish(whole, results);
}

ExitCode Props::RunOnAll(const std::vector<const lockstep_port*>& ports,
                         const std::optional<Trace>& trace) {
  ExitCode exit_code = kHeld;
  for (const lockstep_port* port : ports) {
    if (WasInterrupted()) return kInterrupted;
    exit_code = Worse(exit_code, RunOn(*port, trace));
  }
  if (has_tried) return exit_code;
  Complain(is_promised
               ? "nothing was tried: no script met the premise of a property"
               : "nothing was tried: no system promises what these properties "
                 "need");
  return kBadInput;
}

ExitCode Props::RunOn(const lockstep_port& port,
                      const std::optional<Trace>& trace) {
  Campaign campaign(port, options);
  results.push_back(trace ? campaign.RunScript(trace->script) : campaign.Run());
  is_promised |= campaign.HasProperties();
  has_tried |= campaign.HasTried() || WasInterrupted();
  return results.back().exit_code;
}

void AddPropsCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App& command = *app.add_subcommand(
      "props", "Search for scripts that refute a property of a system");
  const auto props = std::make_shared<Props>();
  Campaign::Options& options = props->options;
  command.add_option(
      "systems", props->systems,
      "Systems of `lockstep list systems`, or libraries that export "
      "one. Without it, all that are linked in");
  props->malloc.AddMallocTo(command);
  command.add_option("--property", options.names,
                     "Only this one; may be repeated. Without it, all that the "
                     "system promises");
  const auto cases = command
                         .add_option("--cases", options.cases,
                                     "Try this many scripts on each property")
                         ->check(IsPositive())
                         ->capture_default_str();
  command
      .add_option("--seconds", options.seconds,
                  "Go on with fresh seeds for this time")
      ->check(IsPositive())
      ->excludes(cases);
  command
      .add_option("--seed", props->seed,
                  "Of the first cases; those after them have the next. "
                  "Without it, one is chosen and printed")
      ->check(IsSeed());
  command
      .add_option("--size", options.size,
                  "Ops in the longest script. Without it, as many as suit the "
                  "property")
      ->check(CLI::Range(1, 1 << 20));
  command.add_option("--script", props->script,
                     "Try the script of this trace instead; - for stdin");
  command.add_flag("--list", props->is_list, "Print what the properties claim");
  command.add_flag("--in-process", options.is_in_process,
                   "Run nothing in a child process, for a debugger. A crash or "
                   "a hang then ends all");
  props->form.AddTo(command);
  command.callback([props, &exit_code] { exit_code = props->Run(); });
}

const RegisteredCommand kRegistered(AddPropsCommand);

}  // namespace
}  // namespace lockstep::suite
