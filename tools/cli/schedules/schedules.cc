// lockstep schedules: short scripts on several threads, in chosen orders.

#include <CLI/App.hpp>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>

#include "lockstep/port.h"
#include "models/cell/symbolizer.h"
#include "models/schedule/slices.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/threads/phases.h"
#include "models/threads/stage.h"
#include "models/threads/thread_scripts.h"
#include "ports/library/library.h"
#include "tools/cli/commands.h"
#include "tools/cli/files.h"
#include "tools/cli/scheduled_library.h"
#include "tools/cli/schedules/once.h"
#include "tools/cli/schedules/report.h"
#include "tools/cli/schedules/search.h"

namespace lockstep::suite {

// Our own ports are compiled for schedules in a library of their own; any other
// is used as it is.
const lockstep_port* Schedules::PortOrComplain() {
  const bool is_named = !choice.name.empty() && !IsLibrary(choice.name);
  if (!is_named) return choice.PortOrComplain();
  const auto scheduled = FindScheduled(choice.name);
  if (scheduled && *scheduled != nullptr) {
    return *scheduled;
  }
  const lockstep_port* const linked = choice.PortOrComplain();
  if (linked != nullptr && !scheduled) Complain(scheduled.error());
  return linked;
}

ExitCode Schedules::Replay(ScheduleTrial& trial) {
  const std::optional<Trace> read = ReadTrace(replay);
  if (!read) return kBadInput;
  if (ThreadsOf(read->script) == 0) {
    Complain(Text(replay, ": it names no threads; run it with: ", ProgramName(),
                  " replay ", Quoted(replay)));
    return kBadInput;
  }
  const Verdict verdict = trial.RunAlone(read->script, {});
  if (!verdict) {
    std::cout << system << ": " << replay << " holds, in the schedule that it "
              << "names\n";
    return form.Publish(ResultOf(trial, kHeld));
  }
  ScheduleFinding found =
      FindingOf({.violation = *verdict,
                 .preemptions = PreemptionsIn(trial.record().nodes())},
                read->script);
  found.runs = times;
  found.repeats = CountRepeats(trial, read->script, *verdict, times,
                               [] { return !WasInterrupted(); });
  found.slices = SlicesOf(read->script, trial.record().nodes(),
                          trial.ReadOutcomes(read->script.ops.size()));
  const std::string report =
      FormatScheduleReport(system, argument, found, Options());
  std::cout << report;
  findings.push_back(ReadReport(report));
  return form.Publish(ResultOf(trial, kViolated));
}

ExitCode Schedules::RunOn(const lockstep_port& port) {
  ScheduleTrial trial(port, is_fresh || NeedsFreshProcesses(port));
  if (!replay.empty()) return Replay(trial);
  const ThreadScripts made(port);
  std::optional<Trace> given;
  if (!trace.empty()) {
    given = ReadTrace(trace);
    if (!given) return kBadInput;
    scripts = scripts == 0 && IsWhole() ? 1 : scripts;
    given->script.switches.clear();
    threads = ThreadsOf(given->script);
  }
  trial.mark() = *seed;
  const ExitCode exit_code = TryAll(trial, [&](std::uint64_t its_seed) {
    if (given) return given->script;
    const std::uint64_t count = threads == 0 ? 2 + its_seed % 2 : threads;
    return made.MakeSmall(its_seed, static_cast<std::uint8_t>(count), ops);
  });
  return form.Publish(ResultOf(trial, Shown(trial, exit_code)));
}

ExitCode Schedules::Run() {
  form.Begin();
  const lockstep_port* const port = PortOrComplain();
  if (port == nullptr) return kBadInput;
  system = port->name;
  argument = choice.name.empty() ? AsArgument(*port) : choice.name;
  if (!IsForThreads(*port)) {
    Complain(Text(system,
                  " promises nothing for threads: see LOCKSTEP_THREAD_SAFE in "
                  "lockstep/port.h; nothing was tried"));
    return kBadInput;
  }
  if (!seed) seed = std::random_device{}();
  StartSymbolizer();
  return RunOn(*port);
}

namespace {

void AddSchedulesCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "schedules",
      "Run short scripts on several threads, one thread at a time, in chosen "
      "orders, until one violates a rule. It can be run again in exactly that "
      "order. For code that was compiled with -fsanitize=thread");
  const auto schedules = std::make_shared<Schedules>();
  schedules->choice.AddArgumentTo(*command);
  AddOptionsTo(*command, *schedules);
  schedules->form.AddTo(*command);
  command->footer(
      "For example: lockstep schedules slab_cache_shared --strategy all\n"
      "             lockstep schedules ./libmine.so --seconds 60");
  command->callback([schedules, &exit_code] { exit_code = schedules->Run(); });
}

const RegisteredCommand kRegistered(AddSchedulesCommand);

}  // namespace
}  // namespace lockstep::suite
