#include "fuzz/comparisons.h"

#include <array>
#include <cstddef>
#include <cstdint>

namespace lockstep::suite {
namespace {

constexpr std::size_t kPlaces = 512;
// A constant's place follows from its value. A later one may replace it there.
std::array<std::uint64_t, kPlaces> constants{};

}  // namespace

void NoteComparison(std::uint64_t constant) {
  if (constant == 0) return;  // 0 marks an empty place.
  constants[constant * 0x9E3779B97F4A7C15 >> 55] = constant;
}

std::uint64_t ComparedConstant(std::uint64_t random) {
  for (std::size_t i = 0; i < kPlaces; ++i) {
    const std::uint64_t constant = constants[(random + i) % kPlaces];
    if (constant != 0) return constant;
  }
  return 0;
}

}  // namespace lockstep::suite
