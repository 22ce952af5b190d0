#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULES_REPORT_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULES_REPORT_H_

// The report of a schedule that breaks a rule, and the summary of a run.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/judge/minimise.h"
#include "models/schedule/schedule_trial.h"
#include "models/schedule/shorten.h"
#include "models/schedule/slice.h"
#include "models/system/tried.h"

namespace lockstep::suite {

struct ScheduleFinding {
  ShortSchedule reduced;
  std::uint32_t repeats = 0;  // Runs that broke the rule, of all `runs`.
  std::uint32_t runs = 0;
  std::vector<Slice> slices;  // Of the last one.
  // The schedule was given, and neither searched for nor made shorter.
  bool is_given = false;
  // If it was not made shorter at all.
  std::string_view why_not = kHeldAgain;
};

// The text of a trace, which begins with comments: the report, and the schedule
// as lanes.
std::string FormatScheduleReport(std::string_view system,
                                 std::string_view argument,
                                 const ScheduleFinding& found,
                                 std::string_view options);

Tried TriedIn(const ScheduleCounts& counts);
// Schedules, points, switches, and how many a second.
std::string InWords(const ScheduleCounts& counts, double seconds);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULES_REPORT_H_
