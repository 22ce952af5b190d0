#ifndef LOCKSTEP_MODELS_SCHEDULE_PLAN_H_
#define LOCKSTEP_MODELS_SCHEDULE_PLAN_H_

// How a run is to choose threads. It is data, so it can be sent to another
// process, written down and repeated.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/schedule/access.h"
#include "models/script/op.h"

namespace lockstep::suite {

// A thread that is asleep: another run has chosen it at this point. It need not
// be chosen until another thread does something that its next access depends
// on.
struct Sleeper {
  std::uint8_t thread = 0;
  Access access{};
};

struct Plan {
  enum class Kind : std::uint8_t {
    kSwitches,  // Those of the script, and the default elsewhere.
    kWalk,      // Any thread that can go on, at every point.
    kPct,       // By priorities, which change at depth - 1 points.
    kPrefix,    // A list of threads, one for each node, then the default.
  };
  Kind kind = Kind::kSwitches;
  std::uint64_t seed = 0;              // kWalk, kPct
  unsigned depth = 0;                  // kPct
  std::size_t length = 0;              // kPct: about how many nodes a run has.
  std::vector<std::uint8_t> prefix{};  // kPrefix
  std::vector<Sleeper> sleepers{};     // kPrefix: at its last choice.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_PLAN_H_
