#ifndef LOCKSTEP_MODELS_SHADOW_LIVE_BLOCKS_H_
#define LOCKSTEP_MODELS_SHADOW_LIVE_BLOCKS_H_

// The blocks that clients have, by slot and in the order of their addresses.
//
//     chunks      [ a b c ] [ d e ] [ f g h i ]      rising, up to kEntries each
//     separators            d'      f'               nothing before it is above
//
// A chunk is as short as can be searched and moved in less time than a node of a
// tree takes to be linked; few chunks need separators that are searched as fast.
//   Requires   that blocks are disjoint and not empty.
//   Complexity Find, Insert and Erase O(log blocks + blocks / kEntries), the
//              second part a move of so many words that hardly ever happens.

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace lockstep::suite {

class LiveBlocks {
 public:
  struct Block {
    std::uint64_t offset = 0;
    std::uint64_t end = 0;    // Of the extent, which is never empty.
    std::uint64_t bytes = 0;  // That were written to.
    std::uint64_t seed = 0;
    std::uint32_t slot = 0;
  };
  // In the order: before the entry of that index, or behind the chunk's last.
  struct Place {
    std::size_t chunk = 0;
    std::size_t index = 0;
  };

  LiveBlocks() { Clear(); }

  void Clear();
  // Those and no others; requires that they rise.
  void Assign(std::span<const Block> blocks);
  // Requires that the slot has, or had, one.
  const Block& InSlot(std::uint32_t slot) const { return by_slot_[slot]; }

  // Of the first block that begins there or above.
  Place Find(std::uint64_t offset) const;
  static Place First() { return {}; }
  // Null: there is none.
  const Block* At(Place place) const {
    if (place.index == chunks_[place.chunk]->size) {
      if (++place.chunk == chunks_.size()) return nullptr;
      place.index = 0;
    }
    return &by_slot_[chunks_[place.chunk]->entries[place.index].slot];
  }
  const Block* Before(Place place) const {
    if (place.index == 0) {
      if (place.chunk == 0) return nullptr;
      place.index = chunks_[--place.chunk]->size;
    }
    return &by_slot_[chunks_[place.chunk]->entries[place.index - 1].slot];
  }
  // Requires that At gives one.
  Place Next(Place place) const {
    if (place.index == chunks_[place.chunk]->size) return {place.chunk + 1, 1};
    return {place.chunk, place.index + 1};
  }

  // Requires what Find gives for its offset. Afterwards no place is valid.
  void Insert(Place place, const Block& block);
  // The place where it was.
  Place Erase(std::uint32_t slot);

 private:
  static constexpr std::size_t kEntries = 64;

  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t slot = 0;
  };
  struct Chunk {
    std::size_t size = 0;
    std::array<Entry, kEntries> entries;
  };

  std::unique_ptr<Chunk> NewChunk();
  void Split(std::size_t chunk);

  std::vector<Block> by_slot_;
  // At least one; none is empty if there are several.
  std::vector<std::unique_ptr<Chunk>> chunks_;
  std::vector<std::uint64_t> separators_;  // Of each chunk but the first.
  std::vector<std::unique_ptr<Chunk>> spare_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_LIVE_BLOCKS_H_
