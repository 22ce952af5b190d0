#ifndef LOCKSTEP_MODELS_THREADS_OVERLAP_H_
#define LOCKSTEP_MODELS_THREADS_OVERLAP_H_

// How much of a history happened at the same time: a run of threads in which they
// took turns has shown nothing that one thread would not have.
//   Complexity O(events * threads).

#include <cstdint>

#include "models/threads/history.h"

namespace lockstep::suite {

struct Overlap {
  std::uint64_t ops = 0;          // By threads, skipped ones not counted.
  std::uint64_t overlapping = 0;  // Those during which another thread's op ran.
  // Blocks that another thread has freed, or changed in size, than the one that
  // had them from the allocator.
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
