#include "models/script/swarm_layouts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace lockstep::suite {
namespace {

enum SizeClass : std::uint8_t {
  kZero,
  kTiny,            // 1..16
  kSmall,           // 1..512
  kEdge,            // a power of two up to 4096, one less, one more
  kMedium,          // 1..8192
  kPages,           // as kEdge, from 4096 to the arena's size
  kLarge,           // 1..an eighth of the arena
  kHuge,            // as kEdge, up to the largest number
  kBelow,           // below any power of two, at a distance of any magnitude
  kBelowWithAlign,  // the same of the sum of size and align
};
// The last two are rare: most of what they ask for cannot be served.
constexpr auto kSizes =
    std::to_array<Weighted<std::uint8_t>>({{kZero, 8},
                                           {kTiny, 46},
                                           {kSmall, 84},
                                           {kEdge, 64},
                                           {kMedium, 24},
                                           {kPages, 12},
                                           {kLarge, 6},
                                           {kHuge, 6},
                                           {kBelow, 4},
                                           {kBelowWithAlign, 2}});

// From 1 to `most`, which may be above 2^32: then a multiple of some power of
// two, more or less.
std::uint64_t PickLarge(std::uint64_t number, std::uint64_t most) {
  const unsigned shift =
      most >> 32 == 0 ? 0 : static_cast<unsigned>(std::bit_width(most >> 31));
  const std::uint64_t steps = Pick(number, 1, most >> shift);
  return (steps << shift) - (shift == 0 ? 0 : number >> 40 & 0xFF);
}

// 2^order - 1, 2^order and 2^order + 1, of all orders.
constexpr std::uint32_t kNearEach = 3;
constexpr auto kNearPowers = [] {
  std::array<std::uint64_t, std::size_t{64} * kNearEach> sizes{};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    sizes[i] = (std::uint64_t{1} << i / kNearEach) + i % kNearEach - 1;
  }
  return sizes;
}();

// 2^k - d, k from 1 to 64 and d from 1 to 2^(k-1): k uniform, and so is the
// logarithm of d. Sizes that wrap, are cut off or miss a class of a table lie
// there, each at a distance of its own.
std::uint64_t BelowAPowerOfTwo(std::uint64_t number) {
  // All bits of the number matter, and to all that is picked.
  number = (number ^ number >> 32) * 0x9E3779B97F4A7C15;
  number = (number ^ number >> 29) * 0xBF58476D1CE4E5B9;
  const std::uint64_t order = Pick(number >> 32, 1, 64);
  const std::uint64_t magnitude = Pick(number, 0, order - 1);
  const std::uint64_t least = std::uint64_t{1} << magnitude;
  const std::uint64_t more = (number * 0x94D049BB133111EB) & (least - 1);
  const std::uint64_t half = std::uint64_t{1} << (order - 1);
  // Twice the half is 2^64 - 0 for the last order, and wraps to what is meant.
  return half * 2 - std::min(least + more, half);
}

}  // namespace

SwarmLayouts::SwarmLayouts(std::uint64_t arena_bytes, std::uint64_t subset_bits)
    : arena_bytes_(arena_bytes) {
  for (std::uint8_t i = 0; i < kSizeClasses; ++i) {
    ranges_[i] = RangeOf(i, arena_bytes);
  }
  // Something must be on; what, if nothing is, depends on the bits as well.
  const std::uint64_t sizes =
      (subset_bits >> 16 & 0xFF) | (subset_bits >> 32 & 3) << 8;
  const std::uint64_t aligns = subset_bits >> 24 & 0x1F;
  FillByWeight(size_classes_, kSizes, sizes != 0 ? sizes : 1u << kSmall);
  static constexpr auto kAligns = std::to_array<Weighted<Orders>>({
      {{0, 0}, 80},   // 1
      {{1, 4}, 120},  // 2..16
      {{5, 12}, 48},  // 32..4096
      {{13, 16}, 6},  // 8192..65536
      {{0, 63}, 2},   // any
  });
  constexpr unsigned kWord = 1;
  FillByWeight(aligns_, kAligns, aligns != 0 ? aligns : 1u << kWord);
}

SwarmLayouts::Range SwarmLayouts::NearPowers(int low, int high) {
  return {static_cast<std::uint32_t>(low) * kNearEach,
          static_cast<std::uint32_t>(high - low + 1) * kNearEach, true};
}

SwarmLayouts::Range SwarmLayouts::RangeOf(std::uint8_t size_class,
                                          std::uint64_t arena_bytes) {
  switch (size_class) {
    case kZero:
      return {0, 1};
    case kTiny:
      return {1, 16};
    case kSmall:
      return {1, 512};
    case kEdge:
      return NearPowers(3, 12);
    case kMedium:
      return {1, 8192};
    case kPages:
      return NearPowers(12, std::countr_zero(arena_bytes));
    default:
      return {};
  }
}

std::uint64_t SwarmLayouts::LargeSize(std::uint8_t size_class,
                                      std::uint64_t number,
                                      std::uint8_t align_log2) const {
  switch (size_class) {
    case kLarge:
      return PickLarge(number, arena_bytes_ / 8);
    case kBelow:
      return BelowAPowerOfTwo(number);
    case kBelowWithAlign:
      return BelowAPowerOfTwo(number) - (std::uint64_t{1} << align_log2);
    default: {
      const auto order = static_cast<std::size_t>(Pick(number >> 8, 20, 64));
      const auto near = static_cast<std::size_t>(number % kNearEach);
      return order == 64 ? std::numeric_limits<std::uint64_t>::max()
                         : kNearPowers[order * kNearEach + near];
    }
  }
}

void SwarmLayouts::Choose(Op& op, RawOp raw) const {
  const std::uint64_t number = raw.number;
  const Orders orders = aligns_[(raw.choice >> 32) % kChoices];
  op.align_log2 =
      static_cast<std::uint8_t>(Pick(number >> 24, orders.low, orders.high));
  const std::uint8_t size_class = size_classes_[(raw.choice >> 24) % kChoices];
  const Range range = ranges_[size_class];
  if (range.count == 0) {
    op.bytes = LargeSize(size_class, number, op.align_log2);
    return;
  }
  const std::uint64_t picked =
      range.low + ((number & 0xFFFFFFFF) * range.count >> 32);
  const auto index = static_cast<std::size_t>(range.is_near_power ? picked : 0);
  op.bytes = range.is_near_power ? kNearPowers[index] : picked;
}

}  // namespace lockstep::suite
