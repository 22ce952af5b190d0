#include "models/script/swarm.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kKiB = 1024;

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

enum AlignClass : std::uint8_t {
  kByte,      // 1
  kWord,      // 2..16
  kLine,      // 32..4096
  kOverPage,  // 8192..65536
  kAbsurd,    // any
};
constexpr auto kAligns = std::to_array<Weighted<std::uint8_t>>(
    {{kByte, 80}, {kWord, 120}, {kLine, 48}, {kOverPage, 6}, {kAbsurd, 2}});

// From 1 to `most`, which may be above 2^32: then a multiple of some power of
// two, more or less.
std::uint64_t PickLarge(std::uint64_t number, std::uint64_t most) {
  const unsigned shift =
      most >> 32 == 0 ? 0 : static_cast<unsigned>(std::bit_width(most >> 31));
  const std::uint64_t steps = Pick(number, 1, most >> shift);
  return (steps << shift) - (shift == 0 ? 0 : number >> 40 & 0xFF);
}

// 2^order - 1, 2^order or 2^order + 1.
std::uint64_t Around(std::uint64_t order, std::uint64_t number) {
  return (std::uint64_t{1} << order) + number % 3 - 1;
}

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

std::uint64_t SizeOf(std::uint8_t size_class, std::uint64_t number,
                     std::uint8_t align_log2, std::uint64_t arena_bytes) {
  const std::uint64_t order = number >> 8;
  switch (size_class) {
    case kZero:
      return 0;
    case kTiny:
      return Pick(number, 1, 16);
    case kSmall:
      return Pick(number, 1, 512);
    case kEdge:
      return Around(Pick(order, 3, 12), number);
    case kMedium:
      return Pick(number, 1, 8 * kKiB);
    case kPages:
      return Around(
          Pick(order, 12,
               static_cast<std::uint64_t>(std::countr_zero(arena_bytes))),
          number);
    case kLarge:
      return PickLarge(number, arena_bytes / 8);
    case kBelow:
      return BelowAPowerOfTwo(number);
    case kBelowWithAlign:
      return BelowAPowerOfTwo(number) - (std::uint64_t{1} << align_log2);
    default: {
      const std::uint64_t huge = Pick(order, 20, 64);
      return huge == 64 ? std::numeric_limits<std::uint64_t>::max()
                        : Around(huge, number);
    }
  }
}

std::uint8_t AlignOf(std::uint8_t align_class, std::uint64_t number) {
  switch (align_class) {
    case kByte:
      return 0;
    case kWord:
      return static_cast<std::uint8_t>(Pick(number, 1, 4));
    case kLine:
      return static_cast<std::uint8_t>(Pick(number, 5, 12));
    case kOverPage:
      return static_cast<std::uint8_t>(Pick(number, 13, 16));
    default:
      return static_cast<std::uint8_t>(Pick(number, 0, 63));
  }
}

ArenaSpec ArenaOf(std::uint64_t bits) {
  static constexpr std::array<std::uint64_t, 4> kArenaBytes = {
      128 * kKiB, 512 * kKiB, 1024 * kKiB, 1024 * kKiB};
  const std::uint64_t bytes = kArenaBytes[bits >> 2 & 3];
  return {.bytes = bytes, .align_bytes = bytes};
}

// 64 GiB, or what an address space of 32 bits has room for.
constexpr std::uint64_t kSparseArenaBytes = std::uint64_t{1}
                                            << (sizeof(void*) > 4 ? 36 : 28);

// What is copied or cleared is little, so that little is touched.
void KeepSparse(Op& op) {
  constexpr std::uint64_t kMostTouchedBytes = std::uint64_t{1} << 20;
  const std::uint64_t count = op.verb == Verb::kAllocateZeroed ? op.offset : 1;
  const bool is_touched = op.verb == Verb::kReallocate ||
                          op.verb == Verb::kReallocateZeroed ||
                          op.verb == Verb::kAllocateZeroed;
  if (!is_touched || op.bytes * count <= kMostTouchedBytes) return;
  if (op.bytes > 2 * kSparseArenaBytes || count > 2 * kSparseArenaBytes) return;
  op.bytes %= kMostTouchedBytes;
  if (op.verb == Verb::kAllocateZeroed) op.offset = 1;
}

}  // namespace

Swarm Swarm::Whole(const lockstep_port& port, std::uint64_t bits) {
  return Part(port, bits, std::numeric_limits<std::uint64_t>::max());
}

Swarm Swarm::Part(const lockstep_port& port, std::uint64_t bits,
                  std::uint64_t subset_bits) {
  return Swarm(port, ArenaOf(bits), bits, subset_bits);
}

Swarm Swarm::Sparse(const lockstep_port& port, std::uint64_t bits,
                    std::uint64_t subset_bits) {
  return Swarm(port,
               {.bytes = kSparseArenaBytes, .align_bytes = kSparseArenaBytes},
               bits, subset_bits);
}

Swarm Swarm::Over(const lockstep_port& port, ArenaSpec arena) {
  Swarm swarm = Whole(port, 0);
  swarm.arena_ = arena;
  swarm.complete_verbs_ = 0;
  swarm.opening_.clear();
  return swarm;
}

Swarm::Swarm(const lockstep_port& port, ArenaSpec arena, std::uint64_t bits,
             std::uint64_t subset_bits)
    : port_(port), memory_(SwarmMemory::Of(port)), arena_(arena) {
  slots_ = memory_.Slots(bits);
  opening_ = memory_.Opening(port_, arena_, bits);
  const std::uint64_t indispensable = (1u << memory_.indispensable()) - 1;
  const auto some = memory_.verbs();
  std::vector<Weighted<Verb>> verbs(some.begin(), some.end());
  std::uint64_t on = (subset_bits | indispensable) & ((1u << some.size()) - 1);
  const auto whole = SwarmMemory::WholeInterface(port_);
  verbs.insert(verbs.end(), whole.begin(), whole.end());
  on |= (subset_bits >> 40 & 0xFF) << some.size();
  FillByWeight(verbs_, verbs, on);
  // Something must be on; what, if nothing is, depends on the bits as well.
  const std::uint64_t sizes =
      (subset_bits >> 16 & 0xFF) | (subset_bits >> 32 & 3) << 8;
  const std::uint64_t aligns = subset_bits >> 24 & 0x1F;
  FillByWeight(size_classes_, kSizes, sizes != 0 ? sizes : 1u << kSmall);
  FillByWeight(align_classes_, kAligns, aligns != 0 ? aligns : 1u << kWord);
  NoteCompleteVerbs();
}

void Swarm::NoteCompleteVerbs() {
  const bool has_limits =
      port_.max_request_bytes != 0 || port_.max_request_align != 0;
  if (has_limits || arena_.bytes == kSparseArenaBytes) return;
  for (const Verb verb : {Verb::kAllocate, Verb::kFree, Verb::kReallocate,
                          Verb::kReallocateZeroed, Verb::kResize}) {
    complete_verbs_ |= std::uint32_t{1} << static_cast<unsigned>(verb);
  }
}

Op Swarm::Make(RawOp raw) const {
  Op op;
  op.verb = verbs_[raw.choice % kChoices];
  op.slot =
      static_cast<std::uint32_t>((raw.choice >> 8 & 0xFFFF) * slots_ >> 16);
  op.align_log2 =
      AlignOf(align_classes_[(raw.choice >> 32) % kChoices], raw.number >> 24);
  op.bytes = SizeOf(size_classes_[(raw.choice >> 24) % kChoices], raw.number,
                    op.align_log2, arena_.bytes);
  const bool is_complete =
      complete_verbs_ >> static_cast<unsigned>(op.verb) & 1;
  if (!is_complete) Complete(op, raw);
  return op;
}

void Swarm::Complete(Op& op, RawOp raw) const {
  if (op.verb == Verb::kFreeInside) {
    op.offset = Pick(raw.number, 1, raw.number >> 32 & 1 ? 16 : 4096);
  } else if (op.verb == Verb::kFreeForeign) {
    op.offset = (raw.number >> 16) % arena_.bytes >> op.align_log2 % 20
                                                         << op.align_log2 % 20;
  }
  memory_.Adapt(op, raw, port_, arena_);
  if (HasCount(op.verb)) AdaptCount(op, raw);
  if (arena_.bytes == kSparseArenaBytes) KeepSparse(op);
}

}  // namespace lockstep::suite
