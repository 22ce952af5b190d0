#ifndef LOCKSTEP_BENCH_MAIN_H_
#define LOCKSTEP_BENCH_MAIN_H_

// What every program of this folder does around the timed work.

#include <functional>
#include <string>
#include <vector>

#include "benchmark/benchmark.h"

namespace lockstep::suite::bench {

// A program's part: registers everything, and says which contestants are the
// subjects, that the others are compared with.
std::vector<std::string> RegisterAll();

// Remembers that a contestant does not run that: for the JSON's context, in the
// names of race.h.
void LeaveOut(const std::string& name);

// Does the work of one repetition, and says on stderr what runs, with --progress.
// After an interruption it does nothing. The name is the same for all repetitions,
// and for nothing else but other numbers of threads.
void Time(benchmark::State& state, const std::string& name,
          const std::function<void()>& work);

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_MAIN_H_
