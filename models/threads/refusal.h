#ifndef LOCKSTEP_MODELS_THREADS_REFUSAL_H_
#define LOCKSTEP_MODELS_THREADS_REFUSAL_H_

// Whether a refusal breaks a promise in every possible order.
//   Rules      refusal.
//   Complexity O(blocks that may have been live).

#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/system/model.h"
#include "models/threads/any_order.h"
#include "models/threads/grounds.h"
#include "models/threads/possible_blocks.h"
#include "models/threads/request.h"

namespace lockstep::suite {

// A block that was just freed, so another one with its layout must fit.
struct Freed {
  std::uint64_t bytes = 0;
  std::uint64_t align_bytes = 1;
  std::uint8_t thread = 0;
};

// The circumstances of a request.
struct Circumstances {
  const Grounds& grounds;
  const PossibleBlocks& blocks;
  // Requests that overlapped it. One that was refused may have held memory for
  // a moment.
  std::size_t other_requests = 0;
  bool was_other_refused = false;
  // Only if nothing overlapped the free or the request, or came in between.
  std::optional<Freed> just_freed{};
};

// Requires a request that was refused, as `call`.
Verdict JudgeRefusal(const Scene& scene, const Event& event, const Call& call,
                     const Circumstances& around);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_REFUSAL_H_
