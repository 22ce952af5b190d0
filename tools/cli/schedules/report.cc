#include "tools/cli/schedules/report.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "models/judge/minimise.h"
#include "models/judge/report.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "tools/cli/console.h"
#include "tools/cli/lanes/lanes.h"
#include "tools/cli/schedules/source_line.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kColumns = 98;

std::string AsComments(std::string_view text) {
  std::string comments;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    comments += Text(end == 0 ? "#" : "# ", text.substr(0, end), '\n');
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return comments;
}

constexpr std::string_view kPreemptions =
    " of them away from a thread that could have gone on";

void RemoveLine(std::string_view beginning, std::string& text) {
  const std::size_t at = text.find(beginning);
  if (at != text.npos) text.erase(at, text.find('\n', at) + 1 - at);
}

std::string DescribeSwitches(const ShortSchedule& reduced) {
  const std::size_t switches = reduced.script.switches.size();
  return Text(
      "from ", reduced.switches_before, " switches to ", switches, ", ",
      reduced.preemptions, kPreemptions,
      reduced.has_fewest_preemptions && reduced.preemptions != 0
          ? "; no schedule of this script with fewer of these breaks the rule"
          : "");
}

}  // namespace

std::string FormatScheduleReport(std::string_view system,
                                 std::string_view argument,
                                 const ScheduleFinding& found,
                                 std::string_view options) {
  const ShortSchedule& reduced = found.reduced;
  const Minimised minimised{.script = reduced.script,
                            .violation = reduced.violation,
                            .runs = static_cast<std::size_t>(
                                std::max<std::uint64_t>(reduced.runs, 1)),
                            .seconds = reduced.seconds,
                            .is_complete = reduced.is_complete,
                            .why_not = found.why_not};
  const std::string command =
      Text(ProgramName(), " schedules ", argument, options, " --replay FILE");
  std::string text = FormatReport({.reduced = minimised,
                                   .steps_before = reduced.steps_before,
                                   .claim = ClaimOf(reduced.violation.rule),
                                   .afterwards = "all threads have ended",
                                   .command = command});
  if (found.is_given) RemoveLine("# minimised ", text);
  text += Text("# switches   ",
               found.is_given ? Text(reduced.script.switches.size(), ", ",
                                     reduced.preemptions, kPreemptions)
                              : DescribeSwitches(reduced),
               "\n# again      in ", found.repeats, " of ", found.runs,
               " runs of this schedule\n#\n");
  const Trace trace{std::string(system), reduced.script, {}};
  std::vector<Slice> slices = found.slices;
  std::unordered_map<std::uintptr_t, std::string> lines;
  for (Slice& slice : slices) {
    const auto [line, is_new] = lines.try_emplace(slice.instruction);
    if (is_new) line->second = SourceLineOf(slice.instruction);
    if (!line->second.empty()) slice.place = line->second;
  }
  return text +
         AsComments(LanesAsText(trace, slices, reduced.violation, kColumns)) +
         Format(trace);
}

Tried TriedIn(const ScheduleCounts& counts) {
  return {.operations = counts.operations,
          .skipped = counts.skipped,
          .served = counts.served,
          .refused = counts.refused};
}

std::string InWords(const ScheduleCounts& counts, double seconds) {
  const std::uint64_t schedules = counts.schedules;
  const double each =
      static_cast<double>(std::max<std::uint64_t>(schedules, 1));
  const auto rate = static_cast<std::uint64_t>(static_cast<double>(schedules) /
                                               std::max(seconds, 1e-3));
  const auto of_one = [&](std::uint64_t all) {
    return static_cast<std::uint64_t>(static_cast<double>(all) / each + 0.5);
  };
  return Text(Grouped(schedules), " schedules, ", Grouped(rate),
              " a second, each of about ", of_one(counts.points), " points, ",
              of_one(counts.nodes), " of them with a choice, and ",
              of_one(counts.preemptions), " preemptions; ",
              Grouped(counts.operations), " operations, ",
              Grouped(counts.skipped), " skipped, ", InWords(TriedIn(counts)));
}

}  // namespace lockstep::suite
