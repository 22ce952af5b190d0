// The part of a swarm that concerns the memory: how many slots there are, and
// which regions a script begins with.

#include <algorithm>
#include <array>
#include <cstdint>

#include "models/script/swarm.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kKiB = 1024;

}  // namespace

void Swarm::Open(Verb verb, std::uint64_t offset, std::uint64_t bytes) {
  if (verb == Verb::kAdd && port_.add == nullptr) return;
  opening_.push_back({.verb = verb, .bytes = bytes, .offset = offset});
}

std::uint64_t Swarm::PageBytes() const {
  return std::max<std::uint64_t>(port_.region_align_bytes, 8);
}

std::uint64_t Swarm::GranuleBytes() const {
  return std::max<std::uint64_t>(port_.init_granule_bytes, PageBytes());
}

// In units that every port accepts: pages where it wants any alignment, and a
// first region of so many granules.
void Swarm::ChooseGeometry(std::uint64_t bits) {
  static constexpr std::array<std::uint32_t, 4> kSlots = {8, 32, 128, 512};
  static constexpr std::array<std::uint64_t, 4> kArenaBytes = {
      128 * kKiB, 512 * kKiB, 1024 * kKiB, 1024 * kKiB};
  slots_ = kSlots[bits & 3];
  arena_.bytes = kArenaBytes[bits >> 2 & 3];
  arena_.align_bytes = arena_.bytes;
  if (Pulls()) {
    // Few, so that the last object after the last handle is often freed.
    static constexpr std::array<std::uint32_t, 4> kFewSlots = {4, 12, 24, 64};
    slots_ = kFewSlots[bits & 3];
    opening_.push_back({.verb = Verb::kAttach});
    return;
  }
  if ((port_.capabilities & LOCKSTEP_OWN_MEMORY) == 0) OpenRegions(bits);
}

void Swarm::OpenRegions(std::uint64_t bits) {
  const std::uint64_t page = PageBytes();
  const std::uint64_t granule = GranuleBytes();
  const std::uint64_t half = arena_.bytes / 2;
  const std::uint64_t shift = Pick(bits >> 8, 1, 7) * page;
  const bool may_be_odd = port_.region_align_bytes <= 1;
  switch (bits >> 4 & 7) {
    case 0:  // At an odd place, of an odd size.
      Open(Verb::kInit, shift + (may_be_odd ? 3 : 0),
           granule + (may_be_odd ? half / 3 : 0));
      break;
    case 1:  // Two, apart.
      Open(Verb::kInit, 0, half / 2);
      Open(Verb::kAdd, half + shift, half / 2);
      break;
    case 2:  // Three that touch, the middle one last.
      Open(Verb::kInit, half, half / 2);
      Open(Verb::kAdd, half / 4, half / 4);
      Open(Verb::kAdd, half / 2, half / 2);
      break;
    case 3:  // Tiny.
      Open(Verb::kInit, half - shift, granule);
      break;
    case 4:  // As the ops will have it.
      break;
    default:
      Open(Verb::kInit, 0, arena_.bytes);
      break;
  }
}

// Mostly as the port wants them, so that some are accepted.
void Swarm::ShapeRegion(Op& op, std::uint64_t number) const {
  const bool is_sound = (number >> 40 & 3) != 0;
  const std::uint64_t grain = is_sound ? PageBytes() : 1;
  op.offset = (number >> 16) % arena_.bytes / grain * grain;
  if (is_sound && op.bytes < arena_.bytes) {
    // Also so many pages as a first region must not have.
    const bool is_first = op.verb == Verb::kInit;
    const std::uint64_t granule =
        is_first && (number >> 44 & 3) != 0 ? GranuleBytes() : grain;
    op.bytes = (op.bytes / granule + 1) * granule;
  }
  // All of an address space, of 64 or of 32 bits.
  if ((number >> 40 & 15) == 0) op.bytes = UINT64_MAX >> (number >> 39 & 32);
}

}  // namespace lockstep::suite
