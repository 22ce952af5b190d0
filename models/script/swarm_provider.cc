// Scripts for ports that ask a provider: a few handles, and small counts of
// what it does wrong.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/script/swarm_memory.h"

namespace lockstep::suite {
namespace {

constexpr std::array kProviderWeights = {
    Weighted{Verb::kAllocate, 96u},  Weighted{Verb::kFree, 96u},
    Weighted{Verb::kAttach, 16u},    Weighted{Verb::kDetach, 5u},
    Weighted{Verb::kTrim, 4u},       Weighted{Verb::kRefuse, 4u},
    Weighted{Verb::kMisalign, 3u},   Weighted{Verb::kKeep, 3u},
    Weighted{Verb::kCorrupt, 8u},    Weighted{Verb::kFreeAgain, 12u},
    Weighted{Verb::kFreeInside, 6u}, Weighted{Verb::kFreeForeign, 6u},
    Weighted{Verb::kFreeNull, 2u},   Weighted{Verb::kStatistics, 4u},
    Weighted{Verb::kUsable, 2u},
};

class SwarmProvider final : public SwarmMemory {
 public:
  std::span<const Weighted<Verb>> verbs() const override {
    return kProviderWeights;
  }
  std::size_t indispensable() const override { return 3; }
  // Few, so that the last object after the last handle is often freed.
  std::uint32_t Slots(std::uint64_t bits) const override {
    static constexpr std::array<std::uint32_t, 4> kSlots = {4, 12, 24, 64};
    return kSlots[bits & 3];
  }
  std::vector<Op> Opening(const lockstep_port& /*port*/, ArenaSpec /*arena*/,
                          std::uint64_t /*bits*/) const override {
    return {{.verb = Verb::kAttach}};
  }
  void Adapt(Op& op, RawOp raw, const lockstep_port& port,
             ArenaSpec arena) const override;
};

void SwarmProvider::Adapt(Op& op, RawOp raw, const lockstep_port& port,
                          ArenaSpec /*arena*/) const {
  FitToPort(op, raw, port, true);
  switch (op.verb) {
    case Verb::kAttach:
    case Verb::kDetach:
      op.slot %= std::max<std::uint32_t>(port.handle_count, 1);
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

}  // namespace

const SwarmMemory& ProviderOfSwarms() {
  static const SwarmProvider kProvider;
  return kProvider;
}

}  // namespace lockstep::suite
