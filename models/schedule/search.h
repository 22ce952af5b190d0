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
  // The depth of PCT; 0: walks and PCT with depths 1 to 4, in turns.
  unsigned depth = 0;
  bool is_walk = false;  // All runs are walks.
};
// The first two runs find out what is shared, and how long runs are.
Verdict SearchAtRandom(ScheduleTrial& trial, const Script& script,
                       const RandomSearch& how);

struct WholeSearch {
  DepthFirst::Kind kind = DepthFirst::Kind::kReduced;
  unsigned most_preemptions = 0;
  std::uint64_t most_schedules = UINT64_MAX;
  bool is_all_shared = false;  // Every access of every thread is a point.
  // If not null, it is called for each run that is not redundant, and
  // violations do not end the search.
  std::function<void(const ScheduleTrial::Came&)> on_run = nullptr;
};
struct Searched {
  Verdict verdict;
  // That are not redundant, since the search last began again.
  std::uint64_t schedules = 0;
  std::uint64_t redundant = 0;
  bool is_complete = false;  // All were run, or all within the bound.
  bool has_met_bound = false;
  // False: runs depend on more than their plans, and should be fresh.
  bool is_repeatable = true;
};
Searched SearchAll(ScheduleTrial& trial, const Script& script,
                   const WholeSearch& how);

// A lower bound of the probability that one schedule of PCT finds a bug of this
// depth, in a run of so many nodes.
double PctGuarantee(std::uint8_t threads, std::uint64_t nodes, unsigned depth);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SEARCH_H_
