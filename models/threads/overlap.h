#ifndef LOCKSTEP_MODELS_THREADS_OVERLAP_H_
#define LOCKSTEP_MODELS_THREADS_OVERLAP_H_

// How much of a history happened at the same time. If the threads of a run only
// took turns, it has shown nothing that one thread would not have shown.
//   Complexity O(events * threads).

#include <cstdint>

#include "models/threads/history.h"

namespace lockstep::suite {

struct Overlap {
  std::uint64_t ops = 0;          // In parallel blocks, without skipped ones.
  std::uint64_t overlapping = 0;  // Those during which another thread's op ran.
  // Blocks that were freed, or changed in size, by another thread than the one
  // that got them from the allocator.
  std::uint64_t hand_overs = 0;
};

inline Overlap& operator+=(Overlap& all, const Overlap& more) {
  all.ops += more.ops;
  all.overlapping += more.overlapping;
  all.hand_overs += more.hand_overs;
  return all;
}

Overlap OverlapIn(const History& history);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_OVERLAP_H_
