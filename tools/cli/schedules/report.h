#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULES_REPORT_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULES_REPORT_H_

// What is said of a schedule that breaks a rule, and of a run.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/schedule/schedule_trial.h"
#include "models/schedule/shorten.h"
#include "models/schedule/slice.h"
#include "models/system/tried.h"

namespace lockstep::suite {

struct ScheduleFinding {
  ShortSchedule reduced;
  std::uint32_t repeats = 0;  // That broke the rule, of so many runs.
  std::uint32_t runs = 0;
  std::vector<Slice> slices;  // Of the last one.
  // Somebody gave the schedule, which was neither searched nor made shorter.
  bool is_given = false;
};

// As the text of a trace, which begins with comments: the report, and the
// schedule as lanes.
std::string FormatScheduleReport(std::string_view system,
                                 std::string_view argument,
                                 const ScheduleFinding& found,
                                 std::string_view options);

Tried TriedIn(const ScheduleCounts& counts);
// Schedules, points, switches, and how many a second.
std::string InWords(const ScheduleCounts& counts, double seconds);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULES_REPORT_H_
