// Our mutations for afl-fuzz, as the library that $AFL_CUSTOM_MUTATOR_LIBRARY
// names.

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

#include "fuzz/mutator.h"

namespace {

struct Mutator {
  std::mt19937_64 random;
  std::vector<std::uint8_t> mutated;  // Until the next call.
};

}  // namespace

// The names are afl-fuzz's.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

[[gnu::visibility("default")]] void* afl_custom_init(void* /*afl*/,
                                                     unsigned seed) {
  return new Mutator{std::mt19937_64(seed), {}};
}

[[gnu::visibility("default")]] std::size_t afl_custom_fuzz(
    void* data, std::uint8_t* buffer, std::size_t size, std::uint8_t** out,
    std::uint8_t* other, std::size_t other_size, std::size_t max_size) {
  auto& [random, mutated] = *static_cast<Mutator*>(data);
  const std::uint64_t seed = random();
  mutated = other != nullptr && seed % 4 == 0
                ? lockstep::suite::Spliced({buffer, size}, {other, other_size},
                                           max_size, seed)
                : lockstep::suite::Mutated({buffer, size}, max_size, seed);
  *out = mutated.data();
  return mutated.size();
}

[[gnu::visibility("default")]] void afl_custom_deinit(void* data) {
  delete static_cast<Mutator*>(data);
}
}
// NOLINTEND(readability-identifier-naming)
