// lockstep threads: random scripts on several threads of the system, judged.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/symbolizer.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/threads/forked.h"
#include "models/threads/phases.h"
#include "models/threads/stage.h"
#include "models/threads/thread_scripts.h"
#include "models/threads/thread_trial.h"
#include "ports/library/library.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/finding_book.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/threads/options.h"
#include "tools/cli/threads/preload.h"
#include "tools/cli/threads/report.h"

// The options of ThreadSanitizer, where it is built in: a finding ends the
// process that made it, and no other.
// NOLINTBEGIN(bugprone-reserved-identifier): the name is given.
extern "C" const char* __tsan_default_options();
extern "C" const char* __tsan_default_options() {
  return "halt_on_error=1:exitcode=66:report_thread_leaks=0";
}
// NOLINTEND(bugprone-reserved-identifier)

namespace lockstep::suite {
namespace {

// A process that runs many scripts does not find all faults: some show only if
// the first calls of a process are made by several threads at once.
constexpr std::uint64_t kScriptsOfChild = 64;

struct Threads {
  SystemChoice choice;
  std::string system{};    // Its name.
  std::string argument{};  // As it is called on a command line.
  ThreadOptions options;
  ResultOptions form;

  FindingBook book;
  std::vector<Finding> findings{};
  Progress progress;

  ExitCode Run();
  ExitCode RunOn(const lockstep_port& port);
  ExitCode TryAll(ThreadTrial& trial, const ThreadScripts& scripts);
  ExitCode Replay(const lockstep_port& port);
  void Note(ThreadTrial& trial, const Script& script, std::uint64_t its_seed,
            const Violation& violation);
  Result ResultOf(const ThreadTrial& trial, ExitCode exit_code) const;
  ExitCode Shown(const lockstep_port& port, const ThreadTrial& trial,
                 ExitCode exit_code) const;
  // On a busy machine, threads may only have taken turns when the time is up; then
  // they get more of it.
  bool IsDone(const ThreadTrial& trial) const {
    constexpr double kMoreSeconds = 10;
    if (options.seconds <= 0) {
      return trial.counts().tried.operations >= options.ops;
    }
    const bool has_overlap = trial.counts().overlap.overlapping != 0;
    return progress.Seconds() >=
           options.seconds + (has_overlap ? 0 : kMoreSeconds);
  }
};

// Every other child runs only one script, so that its first calls are made by
// several threads.
ExitCode Threads::TryAll(ThreadTrial& trial, const ThreadScripts& scripts) {
  const auto count = static_cast<std::uint8_t>(options.threads);
  const auto go_on = [&] {
    progress.Show(Text(system, ": ", Grouped(trial.counts().tried.operations),
                       " operations checked"));
    return !WasInterrupted();
  };
  for (std::uint64_t child = 0; go_on() && !IsDone(trial); ++child) {
    const std::uint64_t most =
        options.is_fresh || child % 2 == 0 ? 1 : kScriptsOfChild;
    const auto work = [&]() -> Verdict {
      for (std::uint64_t i = 0; i < most && !IsDone(trial); ++i) {
        Verdict verdict =
            trial.Try(scripts.Make(trial.mark(), count, options.script_ops),
                      trial.mark());
        if (verdict) return verdict;
        ++trial.mark();
      }
      return std::nullopt;
    };
    const Verdict verdict = trial.RunInCell(work, go_on);
    if (!verdict) continue;
    const std::uint64_t script_seed = trial.mark();
    Note(trial, scripts.Make(script_seed, count, options.script_ops),
         script_seed, *verdict);
    trial.mark() = script_seed + 1;
    if (book.size() >= options.keep_going) break;
  }
  if (book.size() > 0) return kViolated;
  return WasInterrupted() ? kInterrupted : kHeld;
}

void Threads::Note(ThreadTrial& trial, const Script& script,
                   std::uint64_t its_seed, const Violation& violation) {
  if (book.IsTired(script, violation)) {
    return book.CountRepeat(script, violation);
  }
  const ThreadFinding found =
      Examine(trial, script, its_seed, violation, options.limits);
  if (!book.Enter(script, violation, found.reduced)) return;
  const std::string report = Text(
      options.replay.empty()
          ? Text("# found by   ", options.Command(argument, its_seed), '\n')
          : "",
      FormatThreadReport(system, argument, found, script.ops.size()));
  std::cout << report << std::flush;
  findings.push_back(ReadReport(report));
}

Result Threads::ResultOf(const ThreadTrial& trial, ExitCode exit_code) const {
  const ThreadTrial::Counts& counts = trial.counts();
  return {.command = "threads",
          .system = system,
          .exit_code = exit_code,
          .seed = options.seed,
          .tried = counts.tried,
          .seconds = progress.Seconds(),
          .processor_seconds = progress.ProcessorSeconds(),
          .findings = findings,
          .details = CountsOf({{"scripts", counts.scripts},
                               {"blocks", counts.blocks},
                               {"threads", options.threads},
                               {"of_threads", counts.overlap.ops},
                               {"overlapping", counts.overlap.overlapping},
                               {"hand_overs", counts.overlap.hand_overs},
                               {"forks", counts.forks},
                               {"orders_judged", counts.orders.judged},
                               {"orders_not_judged", counts.orders.not_judged},
                               {"repeats", book.repeats()}})};
}

// Prints what was done, and what it did not show.
ExitCode Threads::Shown(const lockstep_port& port, const ThreadTrial& trial,
                        ExitCode exit_code) const {
  const ThreadTrial::Counts& counts = trial.counts();
  std::cout << (exit_code == kViolated ? "# " : "")
            << (exit_code == kInterrupted ? "interrupted; " : "") << system
            << ": " << InWords(counts, options.threads) << ", " << book.size()
            << " violations"
            << (book.repeats() == 0
                    ? ""
                    : Text(", and ", book.repeats(), " more like these"))
            << '\n';
  const std::string orders = counts.orders.InWords();
  if (!orders.empty()) {
    std::cout << (exit_code == kViolated ? "# " : "") << orders;
  }
  if ((port.capabilities & LOCKSTEP_SURVIVES_FORK) != 0 && !MayFork(port)) {
    Complain(Text(system,
                  " promises LOCKSTEP_SURVIVES_FORK, which is not tried: the "
                  "provider of the suite does not survive a fork itself"));
  }
  if (exit_code == kHeld && counts.overlap.overlapping == 0) {
    Complain(Text(system, ": of ", counts.overlap.ops,
                  " operations in parallel blocks, no two overlapped, so "
                  "nothing was shown: try more --ops, or a larger "
                  "--script-ops"));
    return kBadInput;
  }
  return WithCaveat(exit_code, system, counts.tried);
}

ExitCode Threads::Replay(const lockstep_port& port) {
  const std::optional<Trace> trace = ReadTrace(options.replay);
  if (!trace) return kBadInput;
  const std::uint8_t count = ThreadsOf(trace->script);
  if (count < 2) {
    Complain(Text(options.replay,
                  ": it names fewer than two threads; run it with: ",
                  ProgramName(), " replay ", Quoted(options.replay)));
    return kBadInput;
  }
  options.threads = count;
  ThreadTrial trial(port, count);
  std::uint64_t runs = 0;
  Verdict verdict;
  while (!verdict && runs < options.limits.runs && !WasInterrupted()) {
    verdict = trial.RunInCell(
        [&]() -> Verdict {
          for (; trial.mark() < options.limits.runs; ++trial.mark()) {
            Verdict one =
                trial.Try(trace->script, *options.seed + trial.mark());
            if (one) return one;
          }
          return std::nullopt;
        },
        [] { return !WasInterrupted(); });
    runs = trial.mark();
  }
  if (verdict)
    Note(trial, trace->script, *options.seed + trial.mark(), *verdict);
  const ExitCode exit_code = verdict            ? kViolated
                             : WasInterrupted() ? kInterrupted
                                                : kHeld;
  return form.Publish(ResultOf(trial, Shown(port, trial, exit_code)));
}

ExitCode Threads::RunOn(const lockstep_port& port) {
  const ThreadScripts scripts(port);
  ThreadTrial trial(port, static_cast<std::uint8_t>(options.threads));
  trial.mark() = *options.seed;
  const ExitCode exit_code = TryAll(trial, scripts);
  return form.Publish(ResultOf(trial, Shown(port, trial, exit_code)));
}

ExitCode Threads::Run() {
  form.Begin();
  if (!choice.malloc.path.empty()) {
    Preload(choice.malloc.path);
    choice.malloc.isolation = Isolation::kOwnCalls;
  }
  const lockstep_port* const port = choice.PortOrComplain();
  if (port == nullptr) return kBadInput;
  system = port->name;
  argument = AsArgument(*port);
  if (!IsForThreads(*port)) {
    Complain(Text(system,
                  " promises nothing for threads: see LOCKSTEP_THREAD_SAFE in "
                  "lockstep/port.h; nothing was tried"));
    return kBadInput;
  }
  if (!options.seed) options.seed = std::random_device{}();
  StartSymbolizer();
  return options.replay.empty() ? RunOn(*port) : Replay(*port);
}

void AddThreadsCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "threads",
      "Check random scripts that several threads perform at once, until one "
      "violates a rule. A failure may not happen again when the script is run "
      "again; those of `lockstep schedules` do");
  const auto threads = std::make_shared<Threads>();
  threads->choice.AddArgumentTo(*command);
  threads->options.AddTo(*command);
  threads->form.AddTo(*command);
  command->callback([threads, &exit_code] { exit_code = threads->Run(); });
}

const RegisteredCommand kRegistered(AddThreadsCommand);

}  // namespace
}  // namespace lockstep::suite
