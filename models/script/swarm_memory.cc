#include "models/script/swarm_memory.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "models/script/memory_kind.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostPicked = 0xFFFF'FFFE;

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

void SwarmMemory::FitToPort(Op& op, RawOp raw, const lockstep_port& port,
                            bool any_size) {
  // Of a free whose slot is empty, some make an allocation.
  if (op.verb != Verb::kAllocate && op.verb != Verb::kFree &&
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

}  // namespace lockstep::suite
