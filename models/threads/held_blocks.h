#ifndef LOCKSTEP_MODELS_THREADS_HELD_BLOCKS_H_
#define LOCKSTEP_MODELS_THREADS_HELD_BLOCKS_H_

// Which block a slot holds when an op on it begins. It follows the history
// event by event. The answer is certain, because ops on one slot do not
// overlap.
//   Complexity O(1) a block.

#include <cstdint>
#include <optional>
#include <unordered_map>

#include "models/threads/history.h"

namespace lockstep::suite {

class HeldBlocks {
 public:
  // Nothing, if the slot is empty.
  std::optional<HeldBlock> Find(std::uint32_t slot) const {
    const auto found = by_slot_.find(slot);
    if (found == by_slot_.end()) return std::nullopt;
    return found->second;
  }
  void Follow(const Event& event) {
    for (const HeldBlock& block : event.given_up) by_slot_.erase(block.slot);
    for (const HeldBlock& block : event.received) {
      by_slot_.insert_or_assign(block.slot, block);
    }
  }

 private:
  std::unordered_map<std::uint32_t, HeldBlock> by_slot_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_HELD_BLOCKS_H_
