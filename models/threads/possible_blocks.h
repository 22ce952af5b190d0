#ifndef LOCKSTEP_MODELS_THREADS_POSSIBLE_BLOCKS_H_
#define LOCKSTEP_MODELS_THREADS_POSSIBLE_BLOCKS_H_

// The blocks that may have been live at some time while an op was performed:
// from the beginning of the op that received them to the end of the one that
// gave them up. Several may lie at one place, because they may have been there
// one after the other.
//   Complexity Enter and Leave O(log blocks), and O(slots) once a block; the
//              queries O(blocks), including those that ended while an op that
//              is still running was at work.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "models/system/region.h"

namespace lockstep::suite {

class PossibleBlocks {
 public:
  // At the beginning of the op that received it. The slot's previous block
  // stays until it leaves.
  void Enter(std::uint32_t slot, Region extent);
  // At the end of the op that gave up the oldest block in the slot. The stamp
  // is that of the end.
  void Leave(std::uint32_t slot, std::uint64_t stamp);
  // Forgets blocks that ended before that stamp; no query will need them.
  void Forget(std::uint64_t before);

  // The number of blocks that may have been live at `since` or later.
  std::size_t Count(std::uint64_t since) const;
  // Whether this many contiguous bytes were free in one of the spans all the
  // time.
  bool HasGap(std::span<const Region> spans, std::uint64_t bytes,
              std::uint64_t since) const;
  // The same, at an offset that is a multiple of `bytes`, which is a power of
  // two.
  bool HasAlignedGap(std::span<const Region> spans, std::uint64_t bytes,
                     std::uint64_t since) const;
  // How many bytes from the start of a block were free all the time, including
  // the block itself.
  std::uint64_t RoomFrom(std::uint64_t offset, std::span<const Region> spans,
                         std::uint64_t since) const;

 private:
  struct Entry {
    std::uint64_t end = 0;
    std::uint64_t until = UINT64_MAX;
  };
  using Entries = std::multimap<std::uint64_t, Entry>;  // By offset.

  template <class IsEnough>
  bool AnyGap(Region span, std::uint64_t since, IsEnough is_enough) const;

  Entries entries_;
  std::unordered_map<std::uint32_t, std::vector<Entries::iterator>> by_slot_;
  std::deque<Entries::iterator> ended_;  // In the order of their ends.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_POSSIBLE_BLOCKS_H_
