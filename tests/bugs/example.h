#ifndef LOCKSTEP_TESTS_BUGS_EXAMPLE_H_
#define LOCKSTEP_TESTS_BUGS_EXAMPLE_H_

// For mutate_test: something to change by every operator.

#include <algorithm>
#include <atomic>
#include <cstddef>

namespace lockstep {

inline constexpr std::size_t kMostNumbers = 4;

enum class NumberError { kNone, kZero, kNoRoom };

template <class T>
T Larger(T one, T other) {
  return one < other ? other : one;
}

class Numbers {
 public:
  // False if there is no room, or it is zero.
  bool Add(unsigned number) {
    if (count_ == kMostNumbers || !number) return false;
    numbers_[count_] = number;
    ++count_;
    return true;
  }

  unsigned Sum() const {
    unsigned sum = 0;
    for (std::size_t i = 0; i < count_; ++i) sum += numbers_[i];
    return sum;
  }

  unsigned Bits() const {
    unsigned bits = 0;
    for (std::size_t i = 0; i < count_; ++i) bits |= numbers_[i];
    return bits;
  }

  NumberError Refuses(unsigned number) const {
    if (number == 0) return NumberError::kZero;
    return count_ == kMostNumbers ? NumberError::kNoRoom : NumberError::kNone;
  }

  // A barrier: one thread cannot tell.
  static void Publish(std::atomic<unsigned>& to, unsigned number) {
    to.store(number, std::memory_order_release);
  }

  // That between the two; they may come in any order.
  static unsigned Between(unsigned one, unsigned other) {
    return Difference(std::max(one, other), std::min(one, other));
  }

 private:
  static unsigned Difference(unsigned more, unsigned less) {
    return more - less;
  }

  unsigned numbers_[kMostNumbers] = {};
  std::size_t count_ = 0;
};

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_BUGS_EXAMPLE_H_
