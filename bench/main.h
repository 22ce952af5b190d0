#ifndef LOCKSTEP_BENCH_MAIN_H_
#define LOCKSTEP_BENCH_MAIN_H_

// What every program of this folder does around the timed work.

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

// Says on stderr what runs, with --progress. False: it is not to run any more.
// The name is of what is repeated: with its size.
bool Begin(benchmark::State& state, const std::string& name);

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_MAIN_H_
