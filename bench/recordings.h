#ifndef LOCKSTEP_BENCH_RECORDINGS_H_
#define LOCKSTEP_BENCH_RECORDINGS_H_

// The recordings in tests/traces as work: what a client of the original crates
// allocated and freed. What was refused there is left out.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace lockstep::suite::bench {

struct Step {
  std::uint32_t slot;
  bool is_free;
  std::uint32_t align;
  std::size_t bytes;
};

struct Recording {
  std::string name;  // Of the files, without their numbers.
  std::uint32_t slots = 0;
  std::size_t most_bytes = 0;
  std::size_t most_align = 1;
  std::vector<Step> steps;  // At the end, everything is free.
};

// In the order of their names.
const std::vector<Recording>& Recordings();

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_RECORDINGS_H_
