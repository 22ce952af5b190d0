#ifndef LOCKSTEP_BENCH_WORK_H_
#define LOCKSTEP_BENCH_WORK_H_

// What is done next, made up beforehand, so that making it up is not timed. The
// same for every contestant and in every run.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::suite::bench {

struct Choice {
  std::uint32_t random;
  std::uint32_t bytes;

  // Below a count.
  std::size_t OneOf(std::size_t count) const {
    return static_cast<std::size_t>(std::uint64_t{random} * count >> 32);
  }
};

// Of 16 to 512 bytes, each size as likely as another.
const std::vector<Choice>& MixedChoices();
// All of kObjectBytes.
const std::vector<Choice>& ObjectChoices();

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_WORK_H_
