#ifndef LOCKSTEP_MODELS_THREADS_ANY_ORDER_H_
#define LOCKSTEP_MODELS_THREADS_ANY_ORDER_H_

// Rules for a history that hold in whatever order its ops took effect.
//
//     thread 1   |--alloc b0--|ssssssssssssss|--free b0--|
//     thread 2        |--alloc b1--|sssssssssssssssssssssssss
//
// A block is surely live (s) from the end of the op that received it to the
// beginning of the one that gave it up. Two blocks that are surely live at the
// same time share no memory. A block may have been live from the beginning of
// the first op to the end of the second; a refusal is judged against all blocks
// that may have been live. Where nothing overlaps, the shadow's rules for
// statistics apply.
//   Rules      disjoint, aligned, inside, usable, contents, zeroed, status,
//              accepted, detected, refusal, ledger, conserved, unchanged.
//   Not judged with several instances: refusals that depend on what is live,
//              and statistics except for their sums. Never judged:
//              take_multiple; whether a batch was served in full; steps.

#include <cstdint>
#include <span>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/harness_provider.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/threads/history.h"

namespace lockstep::suite {

// What a history took place in.
struct Scene {
  const lockstep_port& port;
  ArenaSpec arena;
  // Those that the port accepted. Used for several instances, and for a history
  // in which no region is given.
  std::span<const Region> regions{};
  // All calls of the provider, in order.
  std::span<const ProviderCall> provider_calls{};
  // Whether each thread had an instance of its own.
  bool is_apart = false;
  // The address of the arena; 0 if offsets are addresses.
  std::uint64_t base_address = 0;
  // The instance, for `needs`. If it is null, `needs` is asked only of ports
  // without a state.
  const void* state = nullptr;
};

// The violation whose op ended first.
//   Complexity O(n log n + n * overlap), and O(blocks that may be live) for a
//              refusal by a port that makes promises about refusals.
Verdict JudgeHistory(const Scene& scene, const History& history);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_ANY_ORDER_H_
