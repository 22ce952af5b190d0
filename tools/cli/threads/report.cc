#include "tools/cli/threads/report.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include "models/judge/report.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "tools/cli/console.h"

namespace lockstep::suite {
namespace {

// The limit for running a script again: each hang takes seconds.
constexpr double kMostSecondsAgain = 10;

std::function<bool()> For(const Progress& progress, double seconds) {
  const double end = progress.Seconds() + seconds;
  return [&progress, end] {
    return progress.Seconds() < end && !WasInterrupted();
  };
}

// With this number of runs, the rule is broken nearly always.
std::uint64_t RunsFor(Again again) {
  constexpr std::uint64_t kTimes = 4;
  return kTimes * again.runs / std::max<std::uint64_t>(again.came, 1);
}

std::string Describe(Again again) {
  if (again.came == 0) {
    return Text("in none of ", again.runs,
                " runs of this script: it depends on what other threads did at "
                "that moment");
  }
  return Text("in ", again.came, " of ", again.runs, " runs of this script");
}

}  // namespace

ThreadFinding Examine(ThreadTrial& trial, const Script& script,
                      std::uint64_t seed, const Violation& violation,
                      ReportLimits limits) {
  const Progress progress;
  ThreadFinding found{
      .reduced = {.script = script, .violation = violation, .runs = 1},
      .events = trial.Events(script),
      .again = {}};
  found.again = RunAgain(trial, script, seed, violation, limits.runs,
                         For(progress, kMostSecondsAgain));
  if (found.again.came == 0) return found;
  found.reduced.why_not = kHadNoTime;
  if (limits.seconds == 0) return found;
  Minimised reduced = MinimiseOnThreads(
      trial, script, seed, violation, RunsFor(found.again),
      {.seconds = limits.seconds}, For(progress, limits.seconds));
  const Again again = RunAgain(trial, reduced.script, seed, violation,
                               limits.runs, For(progress, kMostSecondsAgain));
  if (again.came == 0) {
    found.reduced.why_not =
        WasInterrupted() ? "it was interrupted"
                         : "a shorter script broke the rule, but not again";
    return found;
  }
  found.again = again;
  found.events = again.events;
  found.reduced = std::move(reduced);
  return found;
}

std::string FormatThreadReport(std::string_view system,
                               std::string_view argument,
                               const ThreadFinding& found,
                               std::size_t steps_before) {
  const std::string command =
      Text(ProgramName(), " threads ", argument, " --replay FILE");
  std::string text =
      FormatReport({.reduced = found.reduced,
                    .steps_before = steps_before,
                    .claim = ClaimOf(found.reduced.violation.rule),
                    .afterwards = "all threads have ended",
                    .command = command});
  for (const std::string& event : found.events) {
    text += Text("# event      ", event, '\n');
  }
  text += Text("# again      ", Describe(found.again), '\n', "# next       ",
               ProgramName(), " schedules ", argument,
               " finds the order of the threads that breaks the rule\n");
  return text + Format({std::string(system), found.reduced.script, {}});
}

std::string InWords(const ThreadTrial::Counts& counts, std::uint64_t threads) {
  const Overlap& overlap = counts.overlap;
  return Text(
      Grouped(counts.tried.operations), " operations in ",
      Grouped(counts.scripts), " scripts and ", Grouped(counts.blocks),
      " parallel blocks of up to ", threads, " threads; of ",
      Grouped(overlap.ops), " in parallel blocks, ",
      Grouped(overlap.overlapping), " overlapped another thread's, ",
      Grouped(overlap.hand_overs),
      " blocks were freed or resized by another thread than allocated them; ",
      Grouped(counts.tried.skipped), " skipped, ", InWords(counts.tried),
      counts.forks == 0 ? ""
                        : Text(", ", Grouped(counts.forks),
                               " forks during other threads' calls"));
}

}  // namespace lockstep::suite
