#ifndef LOCKSTEP_MODELS_SCRIPT_SWARM_LAYOUTS_H_
#define LOCKSTEP_MODELS_SCRIPT_SWARM_LAYOUTS_H_

// The part of a swarm that chooses sizes and alignments.
//   Complexity O(1) a layout; of the common classes without a branch, because
//              which class comes next could not be predicted.

#include <array>
#include <cstddef>
#include <cstdint>

#include "models/script/op.h"
#include "models/script/swarm_memory.h"

namespace lockstep::suite {

class SwarmLayouts {
 public:
  SwarmLayouts(std::uint64_t arena_bytes, std::uint64_t subset_bits);

  // Fills in size and alignment.
  void Choose(Op& op, RawOp raw) const;

 private:
  static constexpr std::size_t kChoices = 256;
  static constexpr std::size_t kSizeClasses = 10;

  // `count` numbers, from `low` on: sizes, or indices of kNearPowers. None: see
  // LargeSize.
  struct Range {
    std::uint32_t low = 0;
    std::uint32_t count = 0;
    bool is_near_power = false;
  };
  // From 2^low to 2^high.
  struct Orders {
    std::uint8_t low = 0;
    std::uint8_t high = 0;
  };
  static Range NearPowers(int low, int high);
  static Range RangeOf(std::uint8_t size_class, std::uint64_t arena_bytes);
  std::uint64_t LargeSize(std::uint8_t size_class, std::uint64_t number,
                          std::uint8_t align_log2) const;

  std::uint64_t arena_bytes_;
  std::array<Range, kSizeClasses> ranges_{};
  std::array<std::uint8_t, kChoices> size_classes_{};
  std::array<Orders, kChoices> aligns_{};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_SWARM_LAYOUTS_H_
