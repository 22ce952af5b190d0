#ifndef LOCKSTEP_MODELS_SCHEDULE_PLAN_H_
#define LOCKSTEP_MODELS_SCHEDULE_PLAN_H_

// How a run is to choose: data, so that it can be sent to another process,
// written down and repeated.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/schedule/access.h"
#include "models/script/op.h"

namespace lockstep::suite {

// A thread that need not be chosen until something is done that depends on what
// it is about to do: another run has begun with it.
struct Sleeper {
  std::uint8_t thread = 0;
  Access access{};
};

struct Plan {
  enum class Kind : std::uint8_t {
    kSwitches,  // Those of the script, and the default elsewhere.
    kWalk,      // Any thread that can go on, at every point.
    kPct,       // By priorities, which change at depth - 1 points.
    kPrefix,    // A list of threads, one a node, then the default.
  };
  Kind kind = Kind::kSwitches;
  std::uint64_t seed = 0;              // kWalk, kPct
  unsigned depth = 0;                  // kPct
  std::size_t length = 0;              // kPct: nodes of a run, about.
  std::vector<std::uint8_t> prefix{};  // kPrefix
  std::vector<Sleeper> sleepers{};     // kPrefix: at its last choice.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_PLAN_H_
