#ifndef LOCKSTEP_MODELS_SCRIPT_SPLIT_MIX_H_
#define LOCKSTEP_MODELS_SCRIPT_SPLIT_MIX_H_

// Pseudorandom numbers of 64 bits, the same for the same seed on every machine.
// Seeds that are close give numbers that have nothing to do with each other.
//   Complexity O(1) a number: two multiplications.
//   After      Steele, Lea and Flood, Fast splittable pseudorandom number
//              generators, OOPSLA 2014.

#include <cstdint>

namespace lockstep::suite {

class SplitMix {
 public:
  constexpr explicit SplitMix(std::uint64_t seed) : state_(seed) {}

  std::uint64_t operator()() {
    state_ += 0x9E3779B97F4A7C15;
    return Mixed(state_);
  }

  // Its last part alone, which hashes one number.
  static constexpr std::uint64_t Mixed(std::uint64_t number) {
    number = (number ^ number >> 30) * 0xBF58476D1CE4E5B9;
    number = (number ^ number >> 27) * 0x94D049BB133111EB;
    return number ^ number >> 31;
  }

 private:
  std::uint64_t state_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_SPLIT_MIX_H_
