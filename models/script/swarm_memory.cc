#include "models/script/swarm_memory.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <vector>

#include "models/script/memory_kind.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostPicked = 0xFFFF'FFFE;
// Where a port neither detects one of these nor dies of it, a wrong layout is not
// tried.
constexpr lockstep_capabilities kDetectsLayouts =
    LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_OTHER_LAYOUT;

}  // namespace

const SwarmMemory& SwarmMemory::Of(const lockstep_port& port) {
  switch (MemoryKindOf(port)) {
    case MemoryKind::kProvider:
      return ProviderOfSwarms();
    case MemoryKind::kOwn:
      return OwnMemoryOfSwarms();
    default:
      return RegionsOfSwarms();
  }
}

bool SwarmMemory::MayBeTried(Verb verb, const lockstep_port& port) {
  switch (verb) {
    case Verb::kStatistics:
      return port.statistics != nullptr;
    case Verb::kUsable:
      return port.usable != nullptr;
    case Verb::kAdd:
      return port.add != nullptr;
    case Verb::kTrim:
      return port.trim != nullptr;
    case Verb::kCorrupt:
      return port.audit != nullptr;
    case Verb::kFreeAgain:
      return Minds(port, LOCKSTEP_DETECTS_FREE_AGAIN |
                             LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE);
    case Verb::kFreeInside:
      return Minds(port, LOCKSTEP_DETECTS_INTERIOR);
    case Verb::kFreeForeign:
      return Minds(port, LOCKSTEP_DETECTS_FOREIGN);
    case Verb::kFreeNull:
      return Minds(port, LOCKSTEP_DETECTS_NULL);
    case Verb::kFreeOtherLayout:
      return Minds(port, kDetectsLayouts);
    default:
      return true;
  }
}

void SwarmMemory::FitToLimits(Op& op, RawOp raw, const lockstep_port& port,
                              bool any_size) {
  // Of a free whose slot is empty, some make an allocation.
  if (!IsRequest(op.verb) && op.verb != Verb::kFree &&
      op.verb != Verb::kFreeNull && op.verb != Verb::kFreeForeign &&
      op.verb != Verb::kUsable) {
    return;
  }
  const std::uint64_t most_bytes =
      std::min<std::uint64_t>(port.max_request_bytes, kMostPicked);
  if (most_bytes != 0 && (any_size || op.bytes > port.max_request_bytes)) {
    op.bytes = Pick(raw.number, 0, most_bytes);
  }
  if (port.max_request_align != 0) {
    op.align_log2 %=
        static_cast<std::uint8_t>(std::bit_width(port.max_request_align));
  }
}

std::vector<Weighted<Verb>> SwarmMemory::WholeInterface(
    const lockstep_port& port) {
  std::vector<Weighted<Verb>> verbs;
  const auto add = [&](bool is_offered, Verb verb, unsigned weight) {
    if (is_offered) verbs.push_back({verb, weight});
  };
  add(port.reallocate != nullptr, Verb::kReallocate, 30);
  add(port.reallocate_zeroed != nullptr, Verb::kReallocateZeroed, 10);
  add(port.resize != nullptr, Verb::kResize, 20);
  add(port.allocate_zeroed != nullptr, Verb::kAllocateZeroed, 20);
  add(port.usable_of != nullptr, Verb::kUsableOf, 8);
  add(port.footprint != nullptr, Verb::kFootprint, 2);
  add(port.allocate_many != nullptr, Verb::kAllocateMany, 8);
  add(port.deallocate_many != nullptr, Verb::kFreeMany, 8);
  const bool minds =
      port.version >= kNewSizesSinceVersion && Minds(port, kDetectsLayouts);
  add(minds && port.reallocate != nullptr, Verb::kReallocateOtherLayout, 3);
  add(minds && port.resize != nullptr, Verb::kResizeOtherLayout, 3);
  return verbs;
}

void ChooseCountOrNewSize(Op& op, RawOp raw) {
  const std::uint64_t number = raw.number >> 32 ^ raw.number << 32;
  if (IsBatch(op.verb)) {
    op.offset = Pick(number, 1, (raw.choice >> 40 & 3) != 0 ? 8 : 64);
  }
  // Up to 64 KiB, mostly less: what is wrong with the op is the layout.
  if (HasNewSize(op.verb)) {
    op.offset = Pick(number, 0, 2u << (raw.choice >> 40 & 15));
  }
  if (op.verb != Verb::kAllocateZeroed) return;
  op.offset = Pick(number, 1, (raw.choice >> 40 & 3) != 0 ? 4 : 64);
  if ((raw.choice >> 42 & 7) != 0) return;
  // A product that wraps to little: 2^k times 2^(n-k), and a bit more, of the
  // n bits that sizes have on some machine.
  const unsigned bits = (raw.choice >> 45 & 1) != 0 ? 32 : 64;
  const std::uint64_t order = Pick(number, 1, bits - 1);
  op.bytes = (std::uint64_t{1} << order) + (raw.choice >> 46 & 1);
  op.offset = (std::uint64_t{1} << (bits - order)) + (raw.choice >> 47 & 1);
}

}  // namespace lockstep::suite
