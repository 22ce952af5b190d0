#ifndef LOCKSTEP_MODELS_SCHEDULE_SHORTEN_H_
#define LOCKSTEP_MODELS_SCHEDULE_SHORTEN_H_

// A smaller script, and a schedule with fewer switches, that break the same
// rule. First, ops are deleted; for each shorter script, a failing schedule is
// searched for, beginning with the switches that are left. Then schedules with
// fewer preemptions are searched for, and single switches are left out.
//   Complexity O(ops^2) searches of some hundred runs.

#include <cstddef>
#include <cstdint>

#include "models/schedule/schedule_trial.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

struct ShortSchedule {
  Script script;  // With its switches.
  Violation violation;
  std::uint64_t runs = 0;
  double seconds = 0;
  std::size_t steps_before = 0;
  std::size_t switches_before = 0;
  // No schedule with fewer preemptions breaks the rule: all were run.
  bool has_fewest_preemptions = false;
  std::size_t preemptions = 0;
  bool is_complete = true;  // False: it was ended early.
};

struct ShortenLimits {
  double seconds = 10;
  std::uint64_t seed = 1;
  ScheduleTrial::GoOn go_on = [] { return true; };
};

// Shortens a script with the switches with which a run broke the rule. If that
// does not break it again, the script stays as it is, and is_complete is false.
ShortSchedule Shorten(ScheduleTrial& trial, const Script& script,
                      const Violation& violation, const ShortenLimits& limits);

// How many of this number of runs, each in a process of its own, break the
// rule.
std::uint32_t CountRepeats(ScheduleTrial& trial, const Script& script,
                           const Violation& violation, std::uint32_t runs,
                           const ScheduleTrial::GoOn& go_on);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SHORTEN_H_
