#ifndef LOCKSTEP_MODELS_SCRIPT_SWARM_PROVIDER_H_
#define LOCKSTEP_MODELS_SCRIPT_SWARM_PROVIDER_H_

// Scripts for ports that ask a provider: a few handles, and small counts of
// what it does wrong.

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "models/script/swarm_memory.h"

namespace lockstep::suite {

class SwarmProvider final : public SwarmMemory {
 public:
  std::span<const Weighted<Verb>> verbs() const override;
  std::size_t indispensable() const override { return 3; }
  std::uint32_t Slots(std::uint64_t bits) const override;
  std::vector<Op> Opening(const lockstep_port& /*port*/, ArenaSpec /*arena*/,
                          std::uint64_t /*bits*/) const override {
    return {{.verb = Verb::kAttach}};
  }
  void Adapt(Op& op, RawOp raw, const lockstep_port& port,
             ArenaSpec arena) const override;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_SWARM_PROVIDER_H_
