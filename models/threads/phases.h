#ifndef LOCKSTEP_MODELS_THREADS_PHASES_H_
#define LOCKSTEP_MODELS_THREADS_PHASES_H_

// A script as a sequence of phases: ops outside parallel blocks, and blocks of
// ops that threads perform at the same time.
//
//     init  alloc b0 | t1 alloc b1  t2 free b0  t1 stats | stats | t1 free b1
//     phase 1, alone | phase 2, parallel                 | alone | parallel
//   Complexity O(ops).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "models/script/op.h"

namespace lockstep::suite {

// The steps from `begin` up to `end`. Never empty.
struct Phase {
  bool is_parallel = false;
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const Phase&, const Phase&) = default;
};

// All of a script, in order. No two phases of the same kind follow each other.
std::vector<Phase> PhasesOf(const Script& script);

// The steps of each thread in a parallel phase, in order, beginning with thread
// 1. Some threads may have none.
std::vector<std::vector<std::size_t>> StepsOfThreads(const Script& script,
                                                     Phase phase);

// The highest thread number that an op names; 0: none names one.
std::uint8_t ThreadsOf(const Script& script);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_PHASES_H_
