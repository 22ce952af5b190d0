#ifndef LOCKSTEP_MODELS_THREADS_ANY_ORDER_H_
#define LOCKSTEP_MODELS_THREADS_ANY_ORDER_H_

// What can be said of a history whatever happened in between.
//
//     thread 1   |--alloc b0--|ssssssssssssss|--free b0--|
//     thread 2        |--alloc b1--|sssssssssssssssssssssssss
//
// A block is surely live (s) from the end of the op that received it to the
// beginning of the one that gave it up: two of these share no memory. It may have
// been live from the beginning of the first to the end of the second: a refusal is
// judged against all of these. Where nothing overlaps, the shadow's rules for
// statistics apply.
//   Rules      disjoint, aligned, inside, usable, contents, zeroed, status,
//              accepted, detected, refusal, ledger, conserved, unchanged.
//   Not judged with several instances: refusals that depend on what is live,
//              and statistics but for their sums. take_multiple; whether a batch
//              was served in full; steps.

#include <cstdint>
#include <span>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/harness_provider.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/threads/history.h"

namespace lockstep::suite {

// Where it took place.
struct Scene {
  const lockstep_port& port;
  ArenaSpec arena;
  // As accepted, for several instances and for a history in which none is given.
  std::span<const Region> regions{};
  // All of them, in order.
  std::span<const ProviderCall> provider_calls{};
  // Whether each thread had an instance of its own.
  bool is_apart = false;
  // Of the arena; 0 if offsets are addresses.
  std::uint64_t base_address = 0;
  // The instance, for `needs`; null: that is only asked of ports without a state.
  const void* state = nullptr;
};

// The first violation by the end of its op.
//   Complexity O(n log n + n * overlap), and O(blocks that may be live) for a
//              refusal by a port that made a promise of it.
Verdict JudgeHistory(const Scene& scene, const History& history);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_ANY_ORDER_H_
