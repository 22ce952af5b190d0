#ifndef LOCKSTEP_MODELS_THREADS_SURE_BLOCKS_H_
#define LOCKSTEP_MODELS_THREADS_SURE_BLOCKS_H_

// The blocks that are surely live at a given time: from the end of the op that
// received them to the beginning of the one that gives them up.
//   Complexity O(log blocks).

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "models/system/region.h"
#include "models/threads/history.h"

namespace lockstep::suite {

class SureBlocks {
 public:
  struct Block {
    std::uint64_t end = 0;  // Of the extent, which is never empty.
    std::uint64_t bytes = 0;
    std::uint64_t since = 0;  // A stamp.
    std::uint32_t slot = 0;
  };
  // By offset.
  using Found = std::optional<std::pair<std::uint64_t, Block>>;

  // A block that shares memory with this extent, and has been live since that
  // stamp or longer.
  Found Overlapping(Region extent, std::uint64_t since = UINT64_MAX) const {
    auto next = blocks_.lower_bound(extent.end);
    while (next != blocks_.begin()) {
      --next;
      if (next->second.end <= extent.start) break;
      if (next->second.since <= since) return *next;
    }
    return std::nullopt;
  }

  // Requires that it overlaps none.
  void Enter(const HeldBlock& block, std::uint64_t extent_bytes,
             std::uint64_t stamp) {
    Leave(block.slot);
    blocks_[block.offset] = {block.offset + extent_bytes, block.bytes, stamp,
                             block.slot};
    by_slot_[block.slot] = block.offset;
    bytes_ += block.bytes;
  }
  void Leave(std::uint32_t slot) {
    const auto found = by_slot_.find(slot);
    if (found == by_slot_.end()) return;
    bytes_ -= blocks_.at(found->second).bytes;
    blocks_.erase(found->second);
    by_slot_.erase(found);
  }
  // The block is being resized in place: the bytes that it has before and after
  // stay live.
  void Shrink(std::uint32_t slot, std::uint64_t extent_bytes,
              std::uint64_t bytes) {
    const auto found = by_slot_.find(slot);
    if (found == by_slot_.end()) return;
    Block& block = blocks_.at(found->second);
    block.end = std::min(block.end, found->second + extent_bytes);
    bytes_ -= block.bytes - std::min(block.bytes, bytes);
    block.bytes = std::min(block.bytes, bytes);
  }

  // The sum of the requested sizes.
  std::uint64_t bytes() const { return bytes_; }

 private:
  std::map<std::uint64_t, Block> blocks_;
  std::unordered_map<std::uint32_t, std::uint64_t> by_slot_;
  std::uint64_t bytes_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_SURE_BLOCKS_H_
