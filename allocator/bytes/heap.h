#ifndef LOCKSTEP_ALLOCATOR_BYTES_HEAP_H_
#define LOCKSTEP_ALLOCATOR_BYTES_HEAP_H_

// A general-purpose heap: seven slabs for requests of up to 4096 bytes over one
// buddy allocator that serves the rest, and the slabs.
//   Units      bytes.
//   Requires   regions that nobody else uses. Not thread-safe: see Locked, over
//              SlabByteAllocator, which is this heap behind the facade.
//   Errors     Init, AddRegion: kInvalidParam (a second Init, AddRegion before
//              Init, bounds that are not such multiples as stated there);
//              kMemoryOverlap and kNoMemory as for the buddy allocator.
//              Allocate: kNoMemory. Deallocate: kInvalidParam, kNotAllocated.
//   Undetected what BuddyAllocator and Slab state; the layout alone decides
//              which of them a block is returned to.
//   Complexity as theirs: O(1) from a slab that need not grow.
//   Invariant  theirs, and the slabs hold no more than the buddy has allocated.
//   Statistics the memory of the slabs is counted twice, in the buddy's figures
//              and again in the slabs', in total and in used alike. So
//              available is right, and total is larger than the regions.
//   Growth     a slab grows in one piece of 64 blocks, from 4 KiB for blocks of
//              64 bytes to 256 KiB for 4096. So on a fresh heap of 32 KiB every
//              size from 513 to 4096 fails, while 4097 succeeds.
//   After      lib.rs of the crate slab_allocator 0.3.1, but for alignments
//              over 4096: the crate serves small ones from the largest slab,
//              wrongly aligned; here the buddy does.

#include <array>
#include <cstddef>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/slab.h"

namespace lockstep {

class Heap {
 public:
  static constexpr std::size_t kMinRegionBytes = 32 * 1024;
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kSmallestSlabBytes = 64;
  static constexpr std::size_t kLargestSlabBytes = 4096;

  struct Usable {
    std::size_t min_bytes;
    std::size_t max_bytes;
  };

  constexpr Heap() = default;
  Heap(const Heap&) = delete;
  Heap& operator=(const Heap&) = delete;

  // The first region: start a multiple of kPageBytes, size a positive multiple
  // of kMinRegionBytes.
  Result<void> Init(void* start, std::size_t region_bytes);

  // Later ones: both positive multiples of kPageBytes.
  Result<void> AddRegion(void* start, std::size_t region_bytes);

  Result<void*> Allocate(Layout layout);
  Result<void> Deallocate(void* block, Layout layout);

  // How many bytes a client may use of such a block, those that it asked for,
  // and how many the block has: the rest is poisoned.
  static Usable UsableBytes(Layout layout);

  std::size_t TotalBytes() const;
  std::size_t UsedBytes() const;
  std::size_t AvailableBytes() const;

  // The name of the first broken invariant, or null.
  const char* Audit() const;

 private:
  static constexpr std::size_t kSlabs = 7;
  static_assert(kSmallestSlabBytes << (kSlabs - 1) == kLargestSlabBytes);

  // The block size of the slab for a layout, or 0: the buddy serves it.
  static std::size_t SlabBytesFor(Layout layout);

  // The one with blocks of that size.
  Slab& SlabOf(std::size_t block_bytes);

  BuddyAllocator<> buddy_{};
  std::array<Slab, kSlabs> slabs_{Slab(64),   Slab(128),  Slab(256), Slab(512),
                                  Slab(1024), Slab(2048), Slab(4096)};
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_HEAP_H_
