#ifndef LOCKSTEP_MODELS_THREADS_SPEC_STATE_H_
#define LOCKSTEP_MODELS_THREADS_SPEC_STATE_H_

// A state of the specification that a port claims to follow, and the steps that
// lead from one state to the next.
//   Complexity that of the specification; O(state) to copy a state, and for its
//              key.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/spec/cache_spec.h"
#include "models/spec/spec.h"
#include "models/system/system.h"
#include "models/threads/history.h"

namespace lockstep::suite {

// What happens at one moment. An event is one step, except for a reallocation
// that overlaps other ops: growing the block in place, allocating another one
// and freeing the old one may happen at three different moments.
struct Step {
  enum class Part : std::uint8_t { kWhole, kStays, kIsPlaced, kIsFreed };
  std::size_t event = 0;  // In the segment.
  Part part = Part::kWhole;
  Call call;
};

class SpecState {
 public:
  // The initial state. It converts to false if the port claims no
  // specification.
  explicit SpecState(const lockstep_port& port);
  explicit operator bool() const { return spec_ != nullptr || cache_; }

  SpecState Clone() const;
  // Becomes a copy of the other, which is of the same port.
  void Follow(const SpecState& other);

  // Performs the step, and says whether the event has the outcome that it
  // gives. If not, `expected` is that outcome, and the state must not be used
  // any more.
  bool Perform(const Step& step, const Event& event, std::uint64_t arena_bytes,
               bool overlaps, Outcome& expected);
  // Compares only the statistics that the port counts.
  bool HasStatistics(const Statistics& came) const;
  Statistics ReadStatistics() const;
  std::string Key() const;

 private:
  SpecState() = default;
  Outcome Expect(const Step& step, const Event& event,
                 std::uint64_t arena_bytes);
  bool PerformCache(const Step& step, const Event& event, bool overlaps,
                    Outcome& expected);

  lockstep_capabilities promises_ = 0;
  std::unique_ptr<Spec> spec_;
  std::optional<CacheSpec> cache_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_SPEC_STATE_H_
