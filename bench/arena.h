#ifndef LOCKSTEP_BENCH_ARENA_H_
#define LOCKSTEP_BENCH_ARENA_H_

// Memory for those that are given it: the same for all, one after the other, so
// that its pages are there from the first of them on.

#include <cstddef>

#include "bench/contestant.h"

namespace lockstep::suite::bench {

inline constexpr std::size_t kMemoryBytes = std::size_t{1} << 30;

// One for each thread that is timed, and one for what they share.
inline constexpr int kThreads = 2;
inline constexpr int kShared = kThreads;

// At a multiple of its size. Ends the program, with a message, if there is no
// such memory.
Memory MemoryOf(int thread);

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_ARENA_H_
