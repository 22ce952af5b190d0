#include "models/script/swarm.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMostPicked = 0xFFFF'FFFE;

struct VerbWeight {
  Verb verb;
  unsigned weight;
};

// Allocate and free are always on; of the others a swarm may lack some.
constexpr std::array kVerbWeights = {
    VerbWeight{Verb::kAllocate, 110},
    VerbWeight{Verb::kFree, 110},
    VerbWeight{Verb::kStatistics, 4},
    VerbWeight{Verb::kUsable, 4},
    VerbWeight{Verb::kFreeAgain, 8},
    VerbWeight{Verb::kFreeInside, 4},
    VerbWeight{Verb::kFreeForeign, 4},
    VerbWeight{Verb::kFreeNull, 2},
    VerbWeight{Verb::kFreeOtherLayout, 6},
    VerbWeight{Verb::kAdd, 3},
    VerbWeight{Verb::kInit, 1},
};

// Where memory is pulled; attach is always on, too.
constexpr std::array kPullVerbWeights = {
    VerbWeight{Verb::kAllocate, 96},  VerbWeight{Verb::kFree, 96},
    VerbWeight{Verb::kAttach, 16},    VerbWeight{Verb::kDetach, 5},
    VerbWeight{Verb::kTrim, 4},       VerbWeight{Verb::kRefuse, 4},
    VerbWeight{Verb::kMisalign, 3},   VerbWeight{Verb::kKeep, 3},
    VerbWeight{Verb::kCorrupt, 8},    VerbWeight{Verb::kFreeAgain, 12},
    VerbWeight{Verb::kFreeInside, 6}, VerbWeight{Verb::kFreeForeign, 6},
    VerbWeight{Verb::kFreeNull, 2},   VerbWeight{Verb::kStatistics, 4},
    VerbWeight{Verb::kUsable, 2},
};

enum SizeClass : std::uint8_t {
  kZero,
  kTiny,    // 1..16
  kSmall,   // 1..512
  kEdge,    // a power of two up to 4096, one less, one more
  kMedium,  // 1..8192
  kPages,   // as kEdge, from 4096 to the arena's size
  kLarge,   // 1..an eighth of the arena
  kHuge,    // as kEdge, up to the largest number
};
constexpr std::array<unsigned, 8> kSizeWeights = {8, 48, 88, 64, 24, 12, 6, 6};

enum AlignClass : std::uint8_t {
  kByte,      // 1
  kWord,      // 2..16
  kLine,      // 32..4096
  kOverPage,  // 8192..65536
  kAbsurd,    // any
};
constexpr std::array<unsigned, 5> kAlignWeights = {80, 120, 48, 6, 2};

// Fills `table` in proportion to the weights; those not in `on` get nothing.
template <class Item, std::size_t kChoices, std::size_t kItems>
void FillByWeight(std::array<Item, kChoices>& table,
                  const std::array<Item, kItems>& items,
                  const std::array<unsigned, kItems>& weights,
                  std::uint64_t on) {
  unsigned total = 0;
  for (std::size_t i = 0; i < kItems; ++i) {
    if ((on >> i & 1) != 0) total += weights[i];
  }
  std::size_t next = 0;
  unsigned so_far = 0;
  for (std::size_t i = 0; i < kItems; ++i) {
    if ((on >> i & 1) == 0) continue;
    so_far += weights[i];
    const std::size_t end = std::size_t{so_far} * kChoices / total;
    while (next < end) table[next++] = items[i];
  }
}

template <std::size_t kChoices, std::size_t kItems>
void FillVerbs(std::array<Verb, kChoices>& table,
               const std::array<VerbWeight, kItems>& weights, std::uint64_t on,
               std::uint64_t always_on) {
  std::array<Verb, kItems> verbs{};
  std::array<unsigned, kItems> numbers{};
  for (std::size_t i = 0; i < kItems; ++i) {
    verbs[i] = weights[i].verb;
    numbers[i] = weights[i].weight;
  }
  FillByWeight(table, verbs, numbers, on | always_on);
}

// 2^order - 1, 2^order or 2^order + 1.
std::uint64_t Around(std::uint64_t order, std::uint64_t number) {
  return (std::uint64_t{1} << order) + number % 3 - 1;
}

}  // namespace

Swarm Swarm::Whole(const lockstep_port& port, std::uint64_t bits) {
  return Swarm(port, bits, std::numeric_limits<std::uint64_t>::max());
}

Swarm Swarm::Part(const lockstep_port& port, std::uint64_t bits,
                  std::uint64_t subset_bits) {
  return Swarm(port, bits, subset_bits);
}

Swarm Swarm::Over(const lockstep_port& port, ArenaSpec arena) {
  Swarm swarm = Whole(port, 0);
  swarm.arena_ = arena;
  swarm.opening_.clear();
  return swarm;
}

Swarm::Swarm(const lockstep_port& port, std::uint64_t bits,
             std::uint64_t subset_bits)
    : port_(port) {
  ChooseGeometry(bits);
  if (Pulls()) {
    FillVerbs(verbs_, kPullVerbWeights, subset_bits, 0b111);
  } else {
    FillVerbs(verbs_, kVerbWeights, subset_bits, 0b11);
  }
  // Something must be on; what, if nothing is, depends on the bits as well.
  const std::uint64_t sizes = subset_bits >> 16 & 0xFF;
  const std::uint64_t aligns = subset_bits >> 24 & 0x1F;
  FillByWeight(size_classes_,
               std::to_array<std::uint8_t>({kZero, kTiny, kSmall, kEdge,
                                            kMedium, kPages, kLarge, kHuge}),
               kSizeWeights, sizes != 0 ? sizes : 1u << kSmall);
  FillByWeight(
      align_classes_,
      std::to_array<std::uint8_t>({kByte, kWord, kLine, kOverPage, kAbsurd}),
      kAlignWeights, aligns != 0 ? aligns : 1u << kWord);
}

std::uint64_t Swarm::SizeFrom(std::uint64_t choice,
                              std::uint64_t number) const {
  const std::uint64_t order = number >> 8;
  const std::uint64_t huge = Pick(order, 20, 64);
  const auto arena_order =
      static_cast<std::uint64_t>(std::countr_zero(arena_.bytes));
  switch (size_classes_[choice % kChoices]) {
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
      return Around(Pick(order, 12, arena_order), number);
    case kLarge:
      return Pick(number, 1, arena_.bytes / 8);
    default:
      return huge == 64 ? std::numeric_limits<std::uint64_t>::max()
                        : Around(huge, number);
  }
}

std::uint8_t Swarm::AlignFrom(std::uint64_t choice,
                              std::uint64_t number) const {
  switch (align_classes_[choice % kChoices]) {
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

Op Swarm::Make(RawOp raw) const {
  Op op;
  op.verb = verbs_[raw.choice % kChoices];
  op.slot =
      static_cast<std::uint32_t>((raw.choice >> 8 & 0xFFFF) * slots_ >> 16);
  op.bytes = SizeFrom(raw.choice >> 24, raw.number);
  op.align_log2 = AlignFrom(raw.choice >> 32, raw.number >> 24);
  switch (op.verb) {
    case Verb::kInit:
    case Verb::kAdd:
      ShapeRegion(op, raw.number);
      break;
    case Verb::kFreeInside:
      op.offset = Pick(raw.number, 1, raw.number >> 32 & 1 ? 16 : 4096);
      break;
    case Verb::kFreeForeign:
      op.offset = (raw.number >> 16) % arena_.bytes >>
                  op.align_log2 % 20 << op.align_log2 % 20;
      break;
    default:
      break;
  }
  FitToPort(op, raw);
  if (Pulls()) AdaptToPull(op, raw);
  return op;
}

// A layout that the port serves: no other is asked for.
void Swarm::FitToPort(Op& op, RawOp raw) const {
  // Of a free whose slot is empty, some make an allocation.
  if (op.verb != Verb::kAllocate && op.verb != Verb::kFree &&
      op.verb != Verb::kFreeNull && op.verb != Verb::kFreeForeign &&
      op.verb != Verb::kUsable) {
    return;
  }
  const std::uint64_t most_bytes =
      std::min<std::uint64_t>(port_.max_request_bytes, kMostPicked);
  if (most_bytes != 0 && (Pulls() || op.bytes > port_.max_request_bytes)) {
    op.bytes = Pick(raw.number, 0, most_bytes);
  }
  if (port_.max_request_align != 0) {
    op.align_log2 %=
        static_cast<std::uint8_t>(std::bit_width(port_.max_request_align));
  }
}

// A few handles, and small counts.
void Swarm::AdaptToPull(Op& op, RawOp raw) const {
  switch (op.verb) {
    case Verb::kAttach:
    case Verb::kDetach:
      op.slot %= std::max<std::uint32_t>(port_.handle_count, 1);
      break;
    case Verb::kCorrupt:
      op.slot %= 4;
      // Where the header of a slab is, and the whole of a small one.
      op.offset = Pick(raw.number, 0, 511);
      op.bytes = Pick(raw.number >> 32, 0, 7);
      break;
    case Verb::kRefuse:
    case Verb::kMisalign:
    case Verb::kKeep:
      op.bytes = Pick(raw.number, 1, 3);
      break;
    default:
      break;
  }
}

}  // namespace lockstep::suite
