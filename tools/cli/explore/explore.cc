// lockstep explore: every state of a small system, judged.

#include <CLI/App.hpp>
#include <algorithm>
#include <expected>
#include <iostream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/explore/alphabet.h"
#include "models/explore/explore_in_cell.h"
#include "models/explore/explorer.h"
#include "models/explore/sanitizer.h"
#include "models/script/memory_kind.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/explore/options.h"
#include "tools/cli/explore/report.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

struct Explore {
  SystemChoice choice;
  std::string system{};    // Its name.
  std::string argument{};  // As it is called on a command line.
  ExploreOptions options{};
  ResultOptions form;
  std::vector<Finding> findings{};
  Progress progress;

  ExitCode Run();
  std::expected<Alphabet, ExitCode> Make(const lockstep_port& port);
  void Report(const lockstep_port& port, const Findings::Broken& broken,
              std::span<const Op> requests);
  ExitCode Publish(const ExploreResult& came, ExitCode exit_code) const;
  Explored RunOn(const lockstep_port& port, const Alphabet& made);
  bool ChooseWay(const lockstep_port& port);
  std::string Command() const { return options.Command(argument); }
};

bool Explore::ChooseWay(const lockstep_port& port) {
  const bool promises = (port.capabilities & LOCKSTEP_SNAPSHOTS) != 0;
  if (!promises && options.go_back != "replay") {
    Complain(
        Text(system,
             " does not promise LOCKSTEP_SNAPSHOTS. If all of its state is in "
             "`state` and in the memory that it was given, add that to the "
             "capabilities in its table (lockstep/port.h); if not, "
             "use --go-back "
             "replay, which is slower"));
    if (options.go_back == "snapshots") return false;
  }
  const bool copies =
      promises && options.go_back != "replay" && !kHasAddressSanitizer;
  options.go_back = copies ? "snapshots" : "replay";
  return true;
}

// What makes the port crash, or loop, is a violation, and reported.
std::expected<Alphabet, ExitCode> Explore::Make(const lockstep_port& port) {
  if (options.alphabet.units != 0 &&
      MemoryKindOf(port) == MemoryKind::kProvider) {
    Complain(Text(system,
                  " pulls its memory: there is no region to give it, and "
                  "so no --units"));
    return std::unexpected(kBadInput);
  }
  if (!options.is_in_process) {
    if (const auto broken = TryMakeAlphabet(port, options.alphabet)) {
      Report(port, *broken, {});
      const ExploreResult result{
          system, options.go_back, Explorer::Ending::kViolated, {}, 0};
      return std::unexpected(Publish(result, kViolated));
    }
  }
  auto made = MakeAlphabet(port, options.alphabet);
  if (made) return std::move(*made);
  Complain(Text(system, ": ", made.error()));
  return std::unexpected(kBadInput);
}

Explored Explore::RunOn(const lockstep_port& port, const Alphabet& made) {
  const auto go_on = [&](const Explorer::Progress& now) {
    progress.Show(Describe(system, now, progress.Seconds()));
    return !WasInterrupted();
  };
  if (!options.is_in_process)
    return ExploreInCell(port, made, options.ForExplorer(), go_on);
  NoteForCrash(Text("exploring: ", Command()));
  Explorer explorer(port, made, options.ForExplorer());
  const auto ending = explorer.Run(go_on);
  Explored explored{ending, explorer.progress(), std::nullopt};
  if (ending == Explorer::Ending::kViolated) {
    explored.broken = explorer.broken();
  }
  return explored;
}

void Explore::Report(const lockstep_port& port, const Findings::Broken& broken,
                     std::span<const Op> requests) {
  const std::string report =
      ReportOf(port, broken, requests, Command(), options.is_in_process);
  std::cout << report;
  findings.push_back(ReadReport(report));
}

ExitCode Explore::Publish(const ExploreResult& came, ExitCode exit_code) const {
  PrintSummary(came);
  // It was an operation that broke a rule, and no transition.
  Tried tried = TriedIn(came.came);
  if (came.IsViolated()) ++tried.operations;
  return form.Publish({.command = "explore",
                       .system = system,
                       .exit_code = exit_code,
                       .tried = tried,
                       .seconds = progress.Seconds(),
                       .processor_seconds = progress.ProcessorSeconds(),
                       .findings = findings,
                       .details = DetailsOf(came)});
}

ExitCode Explore::Run() {
  form.Begin();
  const lockstep_port* const port = choice.PortOrComplain();
  if (port == nullptr) return kBadInput;
  system = port->name;
  argument = AsArgument(*port);
  if (!options.ReadVerbs() || !ChooseWay(*port)) return kBadInput;
  const auto made = Make(*port);
  if (!made) return made.error();
  Complain(Describe(system, *made));
  const bool changes_sizes =
      port->reallocate != nullptr || port->resize != nullptr;
  if (options.alphabet.verbs.empty() && changes_sizes) {
    Complain(
        "realloc, resize, realloc_other and resize_other are left out; "
        "--alphabet alloc,free,realloc tries what it names");
  }
  const Explored explored = RunOn(*port, *made);
  const ExploreResult result{system, options.go_back, explored.ending,
                             explored.came, progress.Seconds()};
  if (explored.broken) Report(*port, *explored.broken, made->requests);
  SayWhatEnded(result.ending, options.memory_gib);
  if (result.ending == Explorer::Ending::kComplete &&
      result.came.Transitions() == 0) {
    Complain("nothing can be done there: add init or attach to --alphabet");
    return kBadInput;
  }
  const bool requests = std::ranges::any_of(
      made->ops, [](const Op& op) { return op.verb == Verb::kAllocate; });
  const ExitCode code = CodeOf(result.ending);
  return Publish(
      result, requests ? WithCaveat(code, system, TriedIn(result.came)) : code);
}

}  // namespace

void AddExploreCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command =
      app.add_subcommand("explore",
                         "Try allocations, and right and wrong frees, in every "
                         "state of a small system");
  const auto explore = std::make_shared<Explore>();
  explore->choice.AddArgumentTo(*command);
  explore->options.AddTo(*command);
  explore->form.AddTo(*command);
  command->callback([explore, &exit_code] { exit_code = explore->Run(); });
}

}  // namespace lockstep::suite
