#ifndef LOCKSTEP_MODELS_SCHEDULE_SEARCH_H_
#define LOCKSTEP_MODELS_SCHEDULE_SEARCH_H_

// Looks for a schedule of a script that breaks a rule. Called in a child: see
// ScheduleTrial::RunInCell.

#include <cstddef>
#include <cstdint>
#include <functional>

#include "models/schedule/depth_first.h"
#include "models/schedule/schedule_trial.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

struct RandomSearch {
  std::uint64_t seed = 0;
  std::uint64_t schedules = 100;
  // Of PCT; 0: in turns a walk, and the depths from 1 to 4.
  unsigned depth = 0;
  bool is_walk = false;  // All of them.
};
// The first two runs find out what is shared, and how long a run is.
Verdict SearchAtRandom(ScheduleTrial& trial, const Script& script,
                       const RandomSearch& how);

struct WholeSearch {
  DepthFirst::Kind kind = DepthFirst::Kind::kReduced;
  unsigned most_preemptions = 0;
  std::uint64_t most_schedules = UINT64_MAX;
  bool is_all_shared = false;  // Every access of every thread is a point.
  // Told of each run that is not redundant, where it is not null. Then no
  // violation ends the search.
  std::function<void(const ScheduleTrial::Came&)> on_run = nullptr;
};
struct Searched {
  Verdict verdict;
  std::uint64_t schedules =
      0;  // Different ones, since all that is shared is known.
  std::uint64_t redundant = 0;
  bool is_complete = false;  // All, or all within the bound.
  bool has_met_bound = false;
  // What was run depends on more than the plan: then runs must be fresh.
  bool is_repeatable = true;
};
Searched SearchAll(ScheduleTrial& trial, const Script& script,
                   const WholeSearch& how);

// The least probability with which one schedule by PCT finds a bug of this depth,
// in a run of so many nodes.
double PctGuarantee(std::uint8_t threads, std::uint64_t nodes, unsigned depth);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SEARCH_H_
