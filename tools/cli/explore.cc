// lockstep explore: every state of a small system, judged.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
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
#include "tools/cli/explore_report.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;

struct Explore {
  SystemChoice choice;
  std::string system{};    // Its name.
  std::string argument{};  // As it is called on a command line.
  AlphabetOptions alphabet;
  std::vector<std::string> verbs;
  bool is_concrete = false;
  bool is_bytes = false;
  std::string go_back = "either";
  unsigned threads = std::max(std::thread::hardware_concurrency(), 1u);
  std::uint64_t max_states = StateTree::kMostStates;
  double memory_gib = 8;
  bool is_in_process = false;
  ResultOptions form;
  std::vector<Finding> findings{};
  Progress progress;

  ExitCode Run();
  std::expected<Alphabet, ExitCode> Make(const lockstep_port& port);
  void Report(const lockstep_port& port, const Findings::Broken& broken);
  ExitCode Publish(const ExploreResult& came, ExitCode exit_code) const;
  Explored RunOn(const lockstep_port& port, const Alphabet& made);
  bool ReadVerbs();
  bool ChooseWay(const lockstep_port& port);
  Explorer::Options Options() const;
  std::string Command() const;
};

bool Explore::ReadVerbs() {
  for (const std::string& word : verbs) {
    const auto verb = VerbOf(word);
    if (!verb) {
      Complain(Text("--alphabet: there is no verb '", word,
                    "'; see: lockstep list verbs"));
      return false;
    }
    alphabet.verbs.push_back(*verb);
  }
  return true;
}

bool Explore::ChooseWay(const lockstep_port& port) {
  const bool promises = (port.capabilities & LOCKSTEP_SNAPSHOTS) != 0;
  if (!promises && go_back != "replay") {
    Complain(
        Text(system,
             " does not promise LOCKSTEP_SNAPSHOTS. If all of its state is in "
             "`state` and in the memory that it was given, add that to the "
             "capabilities in its table (lockstep/port.h); if not, "
             "use --go-back "
             "replay, which is slower"));
    if (go_back == "snapshots") return false;
  }
  const bool copies = promises && go_back != "replay" && !kHasAddressSanitizer;
  go_back = copies ? "snapshots" : "replay";
  return true;
}

Explorer::Options Explore::Options() const {
  Explorer::Options options;
  options.sameness = is_bytes      ? Sameness::kBytes
                     : is_concrete ? Sameness::kConcrete
                                   : Sameness::kAbstract;
  options.replays = go_back == "replay";
  options.threads = threads;
  options.most_states = max_states;
  options.most_bytes = static_cast<std::uint64_t>(memory_gib * kGiB);
  return options;
}

// What does the same again.
std::string Explore::Command() const {
  std::string text = Text(ProgramName(), " explore ", argument);
  const auto list = [&](std::string_view option, const auto& items) {
    for (std::size_t i = 0; i < items.size(); ++i) {
      text += Text(i == 0 ? option : ",", items[i]);
    }
  };
  if (alphabet.units != 0) text += Text(" --units ", alphabet.units);
  if (alphabet.slots != 0) text += Text(" --slots ", alphabet.slots);
  list(" --sizes ", alphabet.sizes);
  list(" --alphabet ", verbs);
  text += is_bytes ? " --bytes" : is_concrete ? " --concrete" : "";
  return text + (go_back == "replay" ? " --go-back replay" : "");
}

// What makes the port crash, or loop, is a violation, and reported.
std::expected<Alphabet, ExitCode> Explore::Make(const lockstep_port& port) {
  if (alphabet.units != 0 && MemoryKindOf(port) == MemoryKind::kProvider) {
    Complain(Text(system,
                  " pulls its memory: there is no region to give it, and "
                  "so no --units"));
    return std::unexpected(kBadInput);
  }
  if (!is_in_process) {
    if (const auto broken = TryMakeAlphabet(port, alphabet)) {
      Report(port, *broken);
      const ExploreResult result{
          system, go_back, Explorer::Ending::kViolated, {}, 0};
      return std::unexpected(Publish(result, kViolated));
    }
  }
  auto made = MakeAlphabet(port, alphabet);
  if (made) return std::move(*made);
  Complain(Text(system, ": ", made.error()));
  return std::unexpected(kBadInput);
}

Explored Explore::RunOn(const lockstep_port& port, const Alphabet& made) {
  const auto go_on = [&](const Explorer::Progress& now) {
    progress.Show(Describe(system, now, progress.Seconds()));
    return !WasInterrupted();
  };
  if (!is_in_process) return ExploreInCell(port, made, Options(), go_on);
  NoteForCrash(Text("exploring: ", Command()));
  Explorer explorer(port, made, Options());
  const auto ending = explorer.Run(go_on);
  Explored explored{ending, explorer.progress(), std::nullopt};
  if (ending == Explorer::Ending::kViolated) {
    explored.broken = explorer.broken();
  }
  return explored;
}

void Explore::Report(const lockstep_port& port,
                     const Findings::Broken& broken) {
  const std::string report = ReportOf(port, broken, Command(), is_in_process);
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
  if (!ReadVerbs() || !ChooseWay(*port)) return kBadInput;
  const auto made = Make(*port);
  if (!made) return made.error();
  Complain(Describe(system, *made));
  const Explored explored = RunOn(*port, *made);
  const ExploreResult result{system, go_back, explored.ending, explored.came,
                             progress.Seconds()};
  if (explored.broken) Report(*port, *explored.broken);
  SayWhatEnded(result.ending, memory_gib);
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

void AddWhat(CLI::App& command, Explore& explore) {
  explore.choice.AddArgumentTo(command);
  command
      .add_option("--units", explore.alphabet.units,
                  "The region has so many of the port's units. Without it, "
                  "as few as are useful")
      ->check(CLI::Range(1, 1 << 24));
  command
      .add_option("--slots", explore.alphabet.slots,
                  "At most so many blocks are live. Without it, as many as "
                  "there are units for a port that coalesces, else a few")
      ->check(CLI::Range(1u, kMostSlots));
  command
      .add_option("--sizes", explore.alphabet.sizes,
                  "What is asked for, in bytes, separated by commas. Without "
                  "it, what the port's table suggests")
      ->delimiter(',');
  command
      .add_option("--alphabet", explore.verbs,
                  "Only these verbs, separated by commas. Without it, all "
                  "that the port has")
      ->delimiter(',');
}

void AddHow(CLI::App& command, Explore& explore) {
  auto* const concrete =
      command.add_flag("--concrete", explore.is_concrete,
                       "Tell states apart by the order, too, in which free "
                       "memory is handed out");
  command
      .add_flag("--bytes", explore.is_bytes,
                "Tell states apart by every byte of the port's, too; on one "
                "thread")
      ->excludes(concrete);
  command
      .add_option("--go-back", explore.go_back,
                  "How to return to a state: snapshots of the port's bytes, as "
                  "LOCKSTEP_SNAPSHOTS promises; replay of the script; or "
                  "either, snapshots if they are promised")
      ->check(CLI::IsMember({"snapshots", "replay", "either"}))
      ->capture_default_str();
  command
      .add_option("--threads", explore.threads,
                  "On so many; what is found is the same")
      ->check(CLI::Range(1u, 1024u))
      ->capture_default_str();
  command
      .add_option("--max-states", explore.max_states,
                  "End, with exit code 2, once there are so many")
      ->check(IsPositive());
  command
      .add_option("--memory", explore.memory_gib,
                  "End, with exit code 2, before the states take more GiB")
      ->check(IsPositive())
      ->capture_default_str();
  command.add_flag("--in-process", explore.is_in_process,
                   "Run nothing in a child process, for a debugger. A crash or "
                   "a hang then ends all");
  explore.form.AddTo(command);
}

}  // namespace

void AddExploreCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "explore", "Check every op in every state of a small system");
  const auto explore = std::make_shared<Explore>();
  AddWhat(*command, *explore);
  AddHow(*command, *explore);
  command->callback([explore, &exit_code] { exit_code = explore->Run(); });
}

}  // namespace lockstep::suite
