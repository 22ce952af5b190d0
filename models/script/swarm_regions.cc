// Scripts that give regions, in units that every port accepts: pages where it
// wants any alignment, and a first region of so many granules.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/script/swarm_memory.h"

namespace lockstep::suite {
namespace {

constexpr std::array kRegionWeights = {
    Weighted{Verb::kAllocate, 110u},
    Weighted{Verb::kFree, 110u},
    Weighted{Verb::kStatistics, 4u},
    Weighted{Verb::kUsable, 4u},
    Weighted{Verb::kFreeAgain, 8u},
    Weighted{Verb::kFreeInside, 4u},
    Weighted{Verb::kFreeForeign, 4u},
    Weighted{Verb::kFreeNull, 2u},
    Weighted{Verb::kFreeOtherLayout, 6u},
    Weighted{Verb::kAdd, 3u},
    Weighted{Verb::kInit, 1u},
};

std::uint64_t PageBytes(const lockstep_port& port) {
  return std::max<std::uint64_t>(port.region_align_bytes, 8);
}

std::uint64_t GranuleBytes(const lockstep_port& port) {
  return std::max<std::uint64_t>(port.init_granule_bytes, PageBytes(port));
}

Op Init(std::uint64_t offset, std::uint64_t bytes) {
  return {.verb = Verb::kInit, .bytes = bytes, .offset = offset};
}

Op Add(std::uint64_t offset, std::uint64_t bytes) {
  return {.verb = Verb::kAdd, .bytes = bytes, .offset = offset};
}

// A first region, and short ones that touch the one before.
std::vector<Op> Chain(const lockstep_port& port, std::uint64_t start_bytes,
                      std::uint64_t bits) {
  std::vector<Op> ops = {Init(0, start_bytes)};
  for (unsigned i = 0; i < 4; ++i) {
    const Op& last = ops.back();
    ops.push_back(
        Add(last.offset + last.bytes, ShortRegionBytes(port, bits << (8 * i))));
  }
  return ops;
}

std::vector<Op> Regions(const lockstep_port& port, std::uint64_t arena_bytes,
                        std::uint64_t bits) {
  const std::uint64_t granule = GranuleBytes(port);
  const std::uint64_t half = arena_bytes / 2;
  const std::uint64_t shift = Pick(bits >> 8, 1, 7) * PageBytes(port);
  const bool may_be_odd = port.region_align_bytes <= 1;
  switch (bits >> 4 & 7) {
    case 0:  // At an odd place, of an odd size.
      return {Init(shift + (may_be_odd ? 3 : 0),
                   granule + (may_be_odd ? half / 3 : 0))};
    case 1:  // Two, apart.
      return {Init(0, half / 2), Add(half + shift, half / 2)};
    case 2:  // Three that touch, the middle one last.
      return {Init(half, half / 2), Add(half / 4, half / 4),
              Add(half / 2, half / 2)};
    case 3:  // Tiny.
      return {Init(half - shift, granule)};
    case 4:  // As the ops will have it.
      return {};
    case 5:  // Short ones behind the first, each of which touches the last.
      return Chain(port,
                   (bits >> 7 & 1) != 0 ? half : std::min(8 * granule, half),
                   bits);
    default:
      return {Init(0, arena_bytes)};
  }
}

class SwarmRegions : public SwarmMemory {
 public:
  std::span<const Weighted<Verb>> verbs() const override {
    return kRegionWeights;
  }
  std::size_t indispensable() const override { return 2; }
  std::uint32_t Slots(std::uint64_t bits) const override {
    static constexpr std::array<std::uint32_t, 4> kSlots = {8, 32, 128, 512};
    return kSlots[bits & 3];
  }
  std::vector<Op> Opening(const lockstep_port& port, ArenaSpec arena,
                          std::uint64_t bits) const override {
    std::vector<Op> ops = Regions(port, arena.bytes, bits);
    if (port.add == nullptr) {
      std::erase_if(ops, [](const Op& op) { return op.verb == Verb::kAdd; });
    }
    return ops;
  }
  void Adapt(Op& op, RawOp raw, const lockstep_port& port,
             ArenaSpec arena) const override;
};

// For a port with memory of its own, which takes none.
class SwarmOwn final : public SwarmRegions {
 public:
  std::vector<Op> Opening(const lockstep_port& /*port*/, ArenaSpec /*arena*/,
                          std::uint64_t /*bits*/) const override {
    return {};
  }
};

// Mostly as the port wants them, so that some are accepted.
void SwarmRegions::Adapt(Op& op, RawOp raw, const lockstep_port& port,
                         ArenaSpec arena) const {
  FitToPort(op, raw, port, false);
  if (op.verb != Verb::kInit && op.verb != Verb::kAdd) return;
  const std::uint64_t number = raw.number;
  const bool is_sound = (number >> 40 & 3) != 0;
  const std::uint64_t grain = is_sound ? PageBytes(port) : 1;
  op.offset = (number >> 16) % arena.bytes / grain * grain;
  if (is_sound && op.bytes < arena.bytes) {
    // Also so many pages as a first region must not have.
    const bool is_first = op.verb == Verb::kInit;
    const std::uint64_t granule =
        is_first && (number >> 44 & 3) != 0 ? GranuleBytes(port) : grain;
    op.bytes = (op.bytes / granule + 1) * granule;
  }
  // All of an address space, of 64 or of 32 bits.
  if ((number >> 40 & 15) == 0) op.bytes = UINT64_MAX >> (number >> 39 & 32);
}

}  // namespace

std::uint64_t ShortRegionBytes(const lockstep_port& port,
                               std::uint64_t number) {
  // Many allocators know only units of so many bytes.
  constexpr std::uint64_t kUnitBytes = 16;
  const std::uint64_t grain = std::max<std::uint64_t>(
      port.region_align_bytes, number >> 37 & 1 ? kUnitBytes : 1);
  return (Pick(number, 1, 128) + grain - 1) / grain * grain;
}

const SwarmMemory& RegionsOfSwarms() {
  static const SwarmRegions kRegions;
  return kRegions;
}

const SwarmMemory& OwnMemoryOfSwarms() {
  static const SwarmOwn kOwn;
  return kOwn;
}

}  // namespace lockstep::suite
