// What libFuzzer looks for in a program that has mutations of its own. Other
// engines do not call it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "fuzz/mutator.h"

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                               std::size_t size,
                                               std::size_t max_size,
                                               unsigned seed) {
  const auto mutated = lockstep::suite::Mutated({data, size}, max_size, seed);
  std::ranges::copy(mutated, data);
  return mutated.size();
}

extern "C" std::size_t LLVMFuzzerCustomCrossOver(
    const std::uint8_t* one, std::size_t one_size, const std::uint8_t* other,
    std::size_t other_size, std::uint8_t* out, std::size_t max_size,
    unsigned seed) {
  const auto spliced = lockstep::suite::Spliced(
      {one, one_size}, {other, other_size}, max_size, seed);
  std::ranges::copy(spliced, out);
  return spliced.size();
}
