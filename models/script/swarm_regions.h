#ifndef LOCKSTEP_MODELS_SCRIPT_SWARM_REGIONS_H_
#define LOCKSTEP_MODELS_SCRIPT_SWARM_REGIONS_H_

// Scripts that give regions, in units that every port accepts: pages where it
// wants any alignment, and a first region of so many granules.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/script/swarm_memory.h"

namespace lockstep::suite {

class SwarmRegions : public SwarmMemory {
 public:
  std::span<const Weighted<Verb>> verbs() const override;
  std::size_t indispensable() const override { return 2; }
  std::uint32_t Slots(std::uint64_t bits) const override;
  std::vector<Op> Opening(const lockstep_port& port, ArenaSpec arena,
                          std::uint64_t bits) const override;
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

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_SWARM_REGIONS_H_
