#ifndef LOCKSTEP_MODELS_SCRIPT_TWISTER_H_
#define LOCKSTEP_MODELS_SCRIPT_TWISTER_H_

// The numbers of std::mt19937_64, the same for the same seed, made as many at a
// time as there are in its state: each costs less than half.
//   Complexity O(1) a number, on average.
//   After      Nishimura and Matsumoto, mt19937-64.c, 2004.

#include <array>
#include <cstddef>
#include <cstdint>

namespace lockstep::suite {

class Twister {
 public:
  explicit Twister(std::uint64_t seed);

  std::uint64_t operator()() {
    if (next_ == kWords) Refill();
    return numbers_[next_++];
  }

 private:
  static constexpr std::size_t kWords = 312;

  void Refill();

  std::array<std::uint64_t, kWords> state_;
  std::array<std::uint64_t, kWords> numbers_{};
  std::size_t next_ = kWords;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_TWISTER_H_
