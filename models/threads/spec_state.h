#ifndef LOCKSTEP_MODELS_THREADS_SPEC_STATE_H_
#define LOCKSTEP_MODELS_THREADS_SPEC_STATE_H_

// A state of the specification that a port claims to follow, and the steps that
// lead from one to the next.
//   Complexity that of the specification; to copy one, and its key, O(state).

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

// What happens at one moment. An event is one of these, but where a block is
// reallocated beside other ops: then it may be asked to grow where it is, allocated
// elsewhere and freed at three different moments.
struct Step {
  enum class Part : std::uint8_t { kWhole, kStays, kIsPlaced, kIsFreed };
  std::size_t event = 0;  // In the segment.
  Part part = Part::kWhole;
  Call call;
};

class SpecState {
 public:
  // Before anything has happened. False afterwards: the port makes no claim.
  explicit SpecState(const lockstep_port& port);
  explicit operator bool() const { return spec_ != nullptr || cache_; }

  SpecState Clone() const;
  // Both are of the same port.
  void Follow(const SpecState& other);

  // Performs it, and says whether it comes to what came of the event; if not, the
  // state is of no more use, and `expected` is what it came to.
  bool Perform(const Step& step, const Event& event, std::uint64_t arena_bytes,
               bool overlaps, Outcome& expected);
  // As far as the port counts.
  bool HasStatistics(const Statistics& came) const;
  Statistics ReadStatistics() const;
  std::string Key() const;

 private:
  SpecState() = default;
  Outcome Expect(const Step& step, const Event& event,
                 std::uint64_t arena_bytes);
  bool PerformCache(const Step& step, const Event& event, bool overlaps,
                    Outcome& expected);

  bool may_detect_ = false;
  std::unique_ptr<Spec> spec_;
  std::optional<CacheSpec> cache_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_SPEC_STATE_H_
