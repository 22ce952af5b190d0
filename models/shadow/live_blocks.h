#ifndef LOCKSTEP_MODELS_SHADOW_LIVE_BLOCKS_H_
#define LOCKSTEP_MODELS_SHADOW_LIVE_BLOCKS_H_

// The blocks that clients have, by slot and in the order of their addresses: a
// list in that order, and a radix tree that tells where in it an offset belongs.
//
//     root    | 0 1 1 0 ... |      a bit for each child that has a block in it
//                 |   |
//     leaves  | 1 0 1 ... |  ...   a bit for each bucket that a block begins in
//               |     |
//     list    a - b - c -- d       each bucket knows its first block
//
// A bucket is 256 bytes of offsets; a node has 64 children, and there are as many
// levels as the largest offset needs: two in an arena of 1 MiB.
//   Requires   that blocks are disjoint and not empty.
//   Complexity Find, Insert and Erase O(levels + blocks in a bucket).

#include <array>
#include <cstdint>
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
  // A position in the list: of a block, or the end.
  enum class Place : std::uint32_t { kEnd = 0 };

  LiveBlocks() { Clear(); }

  void Clear();
  // Replaces all blocks. Requires that `blocks` are sorted by offset.
  void Assign(std::span<const Block> blocks);
  // Requires that the slot has, or had, one.
  const Block& InSlot(std::uint32_t slot) const {
    return entries_[slot + 1].block;
  }

  // Of the first block that begins there or above.
  Place Find(std::uint64_t offset) const;
  static Place PlaceOf(std::uint32_t slot) {
    return static_cast<Place>(slot + 1);
  }
  Place First() const { return After(Place::kEnd); }
  // The end of the list is a sentinel: its offset is 2^64 - 1, and it ends at 0. So
  // whoever compares a block with its neighbours need not ask whether there are any.
  const Block& At(Place place) const { return EntryAt(place).block; }
  const Block& Before(Place place) const {
    return EntryAt(EntryAt(place).before).block;
  }
  // Behind the last block is the end, and behind that the first.
  Place After(Place place) const { return EntryAt(place).after; }

  // Requires that the place is Find(block.offset). Other places stay valid.
  void Insert(Place place, const Block& block);
  // The place of the block behind it.
  Place Erase(std::uint32_t slot);

 private:
  static constexpr unsigned kBucketBits = 8;
  static constexpr unsigned kFanBits = 6;
  static constexpr unsigned kFan = 1u << kFanBits;

  struct Entry {
    Block block;
    Place before = Place::kEnd;
    Place after = Place::kEnd;
  };
  struct Node {
    std::uint64_t bits = 0;
    std::uint32_t parent = 0;
    // Nodes, or 0 where there was none yet; in a leaf, the place of the bucket's
    // first block. What an unset bit stands for has no blocks now.
    std::array<std::uint32_t, kFan> children{};
  };
  static constexpr std::uint32_t kRoot = 0;

  // The end is in no bucket, although its offset is one of the last.
  bool BeginsInBucketOf(Place place, std::uint64_t offset) const {
    return place != Place::kEnd &&
           (At(place).offset ^ offset) >> kBucketBits == 0;
  }
  // Which child it is under, of a node whose children have 2^shift bytes each.
  static unsigned ChildOf(std::uint64_t offset, unsigned shift) {
    return static_cast<unsigned>(offset >> shift) % kFan;
  }
  static std::uint64_t BitOf(std::uint64_t offset, unsigned shift) {
    return std::uint64_t{1} << ChildOf(offset, shift);
  }
  const Entry& EntryAt(Place place) const {
    return entries_[static_cast<std::uint32_t>(place)];
  }
  Entry& EntryAt(Place place) {
    return entries_[static_cast<std::uint32_t>(place)];
  }

  // Makes the tree higher until its root is above that, too.
  void Cover(std::uint64_t offset);
  std::uint32_t AddNode(std::uint32_t parent, unsigned child);
  // No block begins in the bucket any more.
  void Vacate(std::uint32_t leaf, std::uint64_t offset);
  // The place of the first block under a child that covers 2^shift bytes. Requires
  // that the child is not empty.
  Place FirstUnder(std::uint32_t child, unsigned shift) const;

  // By slot, from 1 on; entry 0 is the list's end.
  std::vector<Entry> entries_;
  std::vector<Node> nodes_;
  unsigned root_shift_ = kBucketBits;
  std::uint64_t last_covered_ = (std::uint64_t{kFan} << kBucketBits) - 1;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_LIVE_BLOCKS_H_
