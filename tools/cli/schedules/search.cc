// Looks for a schedule that violates a rule, and makes it short.

#include "tools/cli/schedules/search.h"

#include <atomic>
#include <cstdint>
#include <functional>
#include <iostream>
#include <string>
#include <utility>

#include "models/schedule/shorten.h"
#include "models/schedule/slices.h"
#include "models/script/text.h"
#include "tools/cli/files.h"
#include "tools/cli/schedules/report.h"

namespace lockstep::suite {

std::string Schedules::Command(std::uint64_t script_seed) const {
  std::string text = Text(ProgramName(), " schedules ", argument, Options(),
                          " --strategy ", strategy);
  if (strategy == "pct") text += Text(" --depth ", depth);
  if (strategy == "bounded") text += Text(" --preemptions ", preemptions);
  if (schedules != 0) text += Text(" --schedules ", schedules);
  if (!trace.empty()) return text + Text(" --trace ", Quoted(trace));
  if (threads != 0) text += Text(" --threads ", threads);
  return text + Text(" --ops ", ops, " --seed ", script_seed, " --scripts 1");
}

Searched Schedules::SearchWhole(ScheduleTrial& trial,
                                const Script& script) const {
  return SearchAll(trial, script,
                   {.kind = strategy == "all" ? DepthFirst::Kind::kReduced
                                              : DepthFirst::Kind::kBounded,
                    .most_preemptions = preemptions,
                    .most_schedules = schedules == 0 ? UINT64_MAX : schedules});
}

// In a child.
Verdict Schedules::TryScript(ScheduleTrial& trial, const Script& script,
                             std::uint64_t its_seed) const {
  if (IsWhole()) {
    Searched searched = SearchWhole(trial, script);
    if (searched.is_complete) ++at->whole;
    if (searched.has_met_bound) ++at->bounded;
    if (!searched.is_repeatable) ++at->unrepeatable;
    return std::move(searched.verdict);
  }
  constexpr std::uint64_t kOfScript = 200;
  return SearchAtRandom(trial, script,
                        {.seed = its_seed,
                         .schedules = schedules == 0 ? kOfScript : schedules,
                         .depth = strategy == "pct" ? depth : 0,
                         .is_walk = strategy == "walk"});
}

// A child tries scripts until one breaks a rule; then another child goes on.
ExitCode Schedules::TryAll(
    ScheduleTrial& trial,
    const std::function<Script(std::uint64_t)>& script_of) {
  const auto go_on = [&] {
    progress.Show(Text(system, ": ", Grouped(trial.counts().schedules),
                       " schedules of ", Grouped(at->scripts), " scripts"));
    return !WasInterrupted() &&
           (IsWhole() ? progress.Seconds() < seconds : true);
  };
  std::atomic<std::uint64_t>& mark = trial.mark();
  while (go_on() && !IsDone()) {
    const Verdict verdict = trial.RunInCell(
        [&]() -> Verdict {
          for (; !IsDone(); ++mark) {
            ++at->scripts;
            if (Verdict one = TryScript(trial, script_of(mark), mark)) {
              return one;
            }
          }
          return std::nullopt;
        },
        go_on);
    if (!verdict) break;
    const std::uint64_t its_seed = mark;
    Note(trial, *verdict, Command(its_seed));
    mark = its_seed + 1;
    if (book.size() >= keep_going || !trace.empty()) break;
  }
  if (book.size() > 0) return kViolated;
  return WasInterrupted() ? kInterrupted : kHeld;
}

void Schedules::Note(ScheduleTrial& trial, const Violation& violation,
                     const std::string& found_by) {
  const Script script = trial.ReadScript();
  if (book.IsTired(script, violation)) {
    return book.CountRepeat(script, violation);
  }
  const auto go_on = [] { return !WasInterrupted(); };
  ScheduleFinding found{
      .reduced = Shorten(
          trial, script, violation,
          {.seconds = minimise_seconds, .seed = trial.mark(), .go_on = go_on}),
      .runs = times,
      .slices = {}};
  if (minimise_seconds == 0) found.why_not = kHadNoTime;
  found.repeats = CountRepeats(trial, found.reduced.script,
                               found.reduced.violation, times, go_on);
  const Script& shorter = found.reduced.script;
  found.slices = SlicesOf(shorter, trial.record().nodes(),
                          trial.ReadOutcomes(shorter.ops.size()));
  const Minimised reduced{.script = shorter,
                          .violation = found.reduced.violation};
  if (!book.Enter(script, violation, reduced)) return;
  const std::string report =
      Text(found_by.empty() ? "" : Text("# found by   ", found_by, '\n'),
           FormatScheduleReport(system, argument, found, Options()));
  std::cout << report << std::flush;
  findings.push_back(ReadReport(report));
  if (!output.empty() && WriteFile(output, report)) {
    findings.back().file = output;
  }
}

}  // namespace lockstep::suite
