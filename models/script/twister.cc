#include "models/script/twister.h"

#include <cstddef>
#include <cstdint>

namespace lockstep::suite {
namespace {

constexpr std::size_t kShift = 156;  // Half of the words.

std::uint64_t Twisted(std::uint64_t high, std::uint64_t low,
                      std::uint64_t other) {
  constexpr std::uint64_t kLowBits = 0x7FFFFFFF;
  constexpr std::uint64_t kMatrix = 0xB5026F5AA96619E9;
  const std::uint64_t word = (high & ~kLowBits) | (low & kLowBits);
  return other ^ word >> 1 ^ ((0 - (word & 1)) & kMatrix);
}

std::uint64_t Tempered(std::uint64_t word) {
  word ^= word >> 29 & 0x5555555555555555;
  word ^= word << 17 & 0x71D67FFFEDA60000;
  word ^= word << 37 & 0xFFF7EEE000000000;
  return word ^ word >> 43;
}

}  // namespace

Twister::Twister(std::uint64_t seed) {
  constexpr std::uint64_t kFactor = 6364136223846793005;
  state_[0] = seed;
  for (std::size_t i = 1; i < kWords; ++i) {
    const std::uint64_t last = state_[i - 1];
    state_[i] = kFactor * (last ^ last >> 62) + i;
  }
}

// Each loop reads no word that it has written, so that several can be made at
// once.
void Twister::Refill() {
  for (std::size_t i = 0; i < kShift; ++i) {
    state_[i] = Twisted(state_[i], state_[i + 1], state_[i + kShift]);
  }
  for (std::size_t i = kShift; i + 1 < kWords; ++i) {
    state_[i] = Twisted(state_[i], state_[i + 1], state_[i - kShift]);
  }
  state_[kWords - 1] =
      Twisted(state_[kWords - 1], state_[0], state_[kShift - 1]);
  for (std::size_t i = 0; i < kWords; ++i) numbers_[i] = Tempered(state_[i]);
  next_ = 0;
}

}  // namespace lockstep::suite
