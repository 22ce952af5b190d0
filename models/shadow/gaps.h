#ifndef LOCKSTEP_MODELS_SHADOW_GAPS_H_
#define LOCKSTEP_MODELS_SHADOW_GAPS_H_

// How many free gaps there are that hold a naturally aligned power of two: what
// an allocator that coalesces must be able to serve.
//   Complexity O(1).

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "models/system/region.h"

namespace lockstep::suite {

class Gaps {
 public:
  void Clear() {
    by_order_.fill(0);
    orders_ = 0;
  }
  void Add(Region gap) {
    if (gap.start >= gap.end) return;
    const std::size_t order = OrderOf(gap);
    ++by_order_[order];
    orders_ |= std::uint64_t{1} << order;
  }
  void Remove(Region gap) {
    if (gap.start >= gap.end) return;
    const std::size_t order = OrderOf(gap);
    if (--by_order_[order] == 0) orders_ &= ~(std::uint64_t{1} << order);
  }
  // Whether some gap holds `span_bytes`, rounded up to a power of two, at a
  // multiple of that.
  bool Hold(std::uint64_t span_bytes) const {
    const auto order = static_cast<std::size_t>(std::bit_width(span_bytes - 1));
    return order < by_order_.size() && orders_ >> order != 0;
  }

 private:
  // Requires a gap that is not empty.
  static std::size_t OrderOf(Region gap) {
    auto order = static_cast<std::size_t>(std::bit_width(gap.bytes())) - 1;
    while (!HoldsAligned(gap, std::uint64_t{1} << order)) --order;
    return order;
  }
  static bool HoldsAligned(Region gap, std::uint64_t span_bytes) {
    const std::uint64_t start =
        (gap.start + span_bytes - 1) & ~(span_bytes - 1);
    return start <= gap.end && span_bytes <= gap.end - start;
  }

  std::array<std::uint32_t, 64> by_order_{};
  std::uint64_t orders_ = 0;  // A bit for each order of which there is a gap.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_GAPS_H_
