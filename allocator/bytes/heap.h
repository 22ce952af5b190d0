#ifndef LOCKSTEP_ALLOCATOR_BYTES_HEAP_H_
#define LOCKSTEP_ALLOCATOR_BYTES_HEAP_H_

// A general-purpose heap: seven slabs serve requests of up to 4096 bytes, and
// one buddy allocator serves larger ones and the slabs.
//
//     size and align at most  64   128   256   512  1024  2048  4096   larger
//                             |     |     |     |     |     |     |      |
//                           slab  slab  slab  slab  slab  slab  slab     |
//                             |  64 blocks at a time, never given back   |
//                             +-----+-----+-----+-----+-----+-----+------+
//                                                buddy
//   Units      bytes.
//   Requires   regions that nobody else uses. Not thread-safe: wrap a
//              SlabByteAllocator (byte_allocator.h), which is this heap behind
//              the facade, in Locked.
//   Errors     Init and AddRegion: kInvalidParam (a second Init, AddRegion
//              before Init, a start or a size that is not a multiple of what is
//              stated below), and the errors of BuddyAllocator::AddRegion.
//              Allocate: kNoMemory. Deallocate: kInvalidParam, kNotAllocated.
//   Complexity O(regions) if a slab serves the call and need not grow, and
//              otherwise as the buddy.
//   Invariant  those of the buddy and the slabs, and the slabs hold no more
//              than the buddy has allocated (checked by Audit).
//   Statistics TotalBytes counts the memory of the slabs twice, as the buddy's
//              and as the slabs', and may be more than the regions have.
//              UsedBytes counts the used blocks of the slabs twice, and the
//              free ones once. So AvailableBytes is right. If the total would
//              not fit into std::size_t (regions of more than 2 GiB on a 32-bit
//              machine), TotalBytes is SIZE_MAX, and UsedBytes is TotalBytes -
//              AvailableBytes.
//   Growth     a slab grows in one piece of 64 blocks: 4 KiB for blocks of 64
//              bytes, 256 KiB for blocks of 4096. So on a fresh heap of 32 KiB
//              every size from 513 to 4096 fails, while 4097 succeeds.
//   After      lib.rs of the crate slab_allocator 0.3.1, except for small
//              requests with an alignment over 4096: the crate serves them from
//              the largest slab, wrongly aligned; here the buddy serves them.
//
// Undetected: see BuddyAllocator and Slab. Only the layout decides which of
// them a block is returned to, so without a map a wrong layout can choose the
// wrong one.

#include <array>
#include <bit>
#include <cstddef>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_statistics.h"
#include "allocator/bytes/slab.h"

namespace lockstep {

template <class Map>
class BasicHeap {
 public:
  static constexpr std::size_t kMinRegionBytes = 32 * 1024;
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kSmallestSlabBytes = 64;
  static constexpr std::size_t kLargestSlabBytes = 4096;

  struct Usable {
    std::size_t min_bytes;
    std::size_t max_bytes;
  };

  constexpr BasicHeap() {
    for (std::size_t i = 0; i < slab_for_.size(); ++i) {
      slab_for_[i] = &slabs_[static_cast<std::size_t>(std::bit_width(i))];
    }
  }
  BasicHeap(const BasicHeap&) = delete;
  BasicHeap& operator=(const BasicHeap&) = delete;

  // What a region of that size takes for its map: 0 without one.
  static constexpr std::size_t MapBytesFor(std::size_t region_bytes) {
    return Map::BytesFor(region_bytes);
  }

  // The first region. The start is a multiple of kPageBytes, and the size a
  // positive multiple of kMinRegionBytes.
  Result<void> Init(void* start, std::size_t region_bytes,
                    void* map_memory = nullptr, std::size_t map_bytes = 0);

  // Adds a region. The start and the size are positive multiples of kPageBytes.
  // The map needs MapBytesFor(region_bytes) bytes, aligned as malloc aligns.
  Result<void> AddRegion(void* start, std::size_t region_bytes,
                         void* map_memory = nullptr, std::size_t map_bytes = 0);

  Result<void*> Allocate(Layout layout);
  Result<void> Deallocate(void* block, Layout layout);

  // Gives a block another layout where it is: in a slab, if both layouts are
  // that slab's; else as BuddyAllocator::Resize. kNoMemory: it would have to
  // move. Other errors are Deallocate's.
  Result<void> Resize(void* block, Layout old_layout, Layout new_layout);

  // min_bytes is what the client asked for and may use. max_bytes is the block
  // size of the slab, or min_bytes if the buddy serves the layout. Bytes past
  // min_bytes are poisoned.
  static Usable UsableBytes(Layout layout);

  ByteStatistics ReadStatistics() const;
  std::size_t TotalBytes() const { return ReadStatistics().total_bytes; }
  std::size_t UsedBytes() const { return ReadStatistics().used_bytes; }
  std::size_t AvailableBytes() const {
    return ReadStatistics().available_bytes;
  }

  // Gives the memory of slabs of which nothing is in use back to the buddy, and
  // says how many bytes that was. It happens only in this call: the original
  // never does it.
  std::size_t Trim()
    requires(Map::kIsMapped);

  // The name of the first broken invariant, or null.
  const char* Audit() const;

 private:
  using Buddy = BuddyAllocator<32, Map>;
  using Slab = BasicSlab<Map>;
  static constexpr std::size_t kSlabs = 7;
  static_assert(kSmallestSlabBytes << (kSlabs - 1) == kLargestSlabBytes);

  // Whether a slab serves a layout, and not the buddy.
  static bool IsSmall(Layout layout) {
    return layout.LastOffset() < kLargestSlabBytes;
  }

  // The slab that serves a layout that IsSmall.
  Slab& SlabFor(Layout layout) {
    return *slab_for_[layout.LastOffset() / kSmallestSlabBytes];
  }

  std::array<Slab, kSlabs> slabs_{Slab(64),   Slab(128),  Slab(256), Slab(512),
                                  Slab(1024), Slab(2048), Slab(4096)};
  // For each number of smallest blocks, less one. To look is cheaper than to
  // count the bits of a size.
  std::array<Slab*, kLargestSlabBytes / kSmallestSlabBytes> slab_for_{};
  Buddy buddy_{};
};

extern template class BasicHeap<NoMap>;
extern template class BasicHeap<PageMap>;

// MappedHeap refuses misuse at any time: see BuddyAllocator and Slab for the few
// cases that it cannot.
using Heap = BasicHeap<NoMap>;
using MappedHeap = BasicHeap<PageMap>;

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_HEAP_H_
