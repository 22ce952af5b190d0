#include "models/script/random_scripts.h"

#include <cstdint>
#include <random>

#include "models/script/swarm.h"

namespace lockstep::suite {

const Script& RandomScripts::Make(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const std::uint64_t bits = random();
  const std::uint64_t subset_bits = random();
  const Swarm swarm = is_swarm_ ? Swarm::Part(port_, bits, subset_bits)
                                : Swarm::Whole(port_, bits);
  script_.arena = swarm.arena();
  script_.ops = swarm.opening();
  is_held_.assign(swarm.slots(), false);
  std::uint32_t last_freed = 0;
  for (std::size_t i = 0; i < ops_per_script_; ++i) {
    const std::uint64_t choice = random();
    Op op = swarm.Make({choice, random()});
    if (op.verb == Verb::kAllocate || op.verb == Verb::kFree) {
      // Few ops with nothing to act on: not for their meaning, for speed.
      op.verb = is_held_[op.slot] ? Verb::kFree : Verb::kAllocate;
      is_held_[op.slot] = !is_held_[op.slot];
      if (op.verb == Verb::kFree) last_freed = op.slot;
    }
    // Of any other slot it comes too late for most systems.
    if (op.verb == Verb::kFreeAgain && choice >> 63 != 0) op.slot = last_freed;
    script_.ops.push_back(op);
  }
  return script_;
}

}  // namespace lockstep::suite
