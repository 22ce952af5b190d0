#ifndef LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_
#define LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_

// Blocks of one size, last in, first out. Their memory comes from a buddy
// allocator, in sets of kSetBlocks blocks, and never goes back.
//
//     a set, just taken        free_ -> 63 -> 62 -> .. -> 1 -> 0 -> null
//     +------+------+------+-- .. --+------+
//     |  0   |  1   |  2   |        |  63  |  Block 63 is handed out first. A
//     | null | *->0 | *->1 |        | *->62|  link is the first word of a free
//     +------+------+------+-- .. --+------+  block.
//
//   Units      bytes; total_blocks and used_blocks count blocks.
//   Requires   the same buddy allocator in every call. Not thread-safe.
//   Errors     Allocate: kInvalidParam (the layout does not fit into a block),
//              kNoMemory (no block is free, and the buddy has no set to spare).
//              Deallocate: kInvalidParam (null, a layout that does not fit, an
//              address that is not a multiple of the block size), kNotAllocated
//              (outside the buddy's regions, no block is in use, or this one is
//              the first on the free list).
//   Complexity O(regions). Taking a set adds O(kSetBlocks) and the buddy's
//              Allocate.
//   Invariant  free blocks are aligned, inside the buddy's regions, and with
//              the used ones they add up to the total (checked by Audit).
//   Sanitizers free blocks are poisoned, and so are the bytes of a used block
//              past those that were asked for.
//   After      slab.rs of the crate slab_allocator 0.3.1.
//
// Undetected misuse. AddressSanitizer detects what is marked with *, except a
// free with a layout of zero bytes.
//   - * A second free of a block, if another block was freed in between.
//   - A free of a block that another slab or the buddy handed out.
//   - * A write to free memory.
// After any of these a block may be handed out twice, and later calls may be
// refused with kNoMemory or kNotAllocated, having changed nothing. No call
// aborts, loops, or reaches outside the buddy's regions.

#include <bit>
#include <cstddef>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/free_list.h"

namespace lockstep {

class Slab {
 public:
  static constexpr std::size_t kSetBlocks = 64;
  static constexpr std::size_t kSetAlignBytes = 4096;

  // Requires a power of two, and a set of at least kSetAlignBytes.
  constexpr explicit Slab(std::size_t block_bytes) : block_bytes_(block_bytes) {
    Assert(std::has_single_bit(block_bytes),
           "the size of a block is a power of two");
    Assert(set_bytes() >= kSetAlignBytes, "a set fills its alignment");
    Assert(Layout::Make(set_bytes(), kSetAlignBytes).has_value(),
           "a set is a layout");
  }
  Slab(const Slab&) = delete;
  Slab& operator=(const Slab&) = delete;

  Result<void*> Allocate(Layout layout, BuddyAllocator<>& buddy);
  Result<void> Deallocate(void* block, Layout layout,
                          const BuddyAllocator<>& buddy);

  // Gives a block another layout, where both fit into it. Errors:
  // Deallocate's; kNoMemory: the new layout does not fit.
  Result<void> Resize(void* block, Layout old_layout, Layout new_layout,
                      const BuddyAllocator<>& buddy);

  constexpr std::size_t block_bytes() const { return block_bytes_; }
  constexpr std::size_t set_bytes() const { return kSetBlocks * block_bytes_; }
  std::size_t total_blocks() const { return total_blocks_; }
  std::size_t used_blocks() const { return used_blocks_; }

  // Like BuddyAllocator::Audit, but of this slab's free list.
  const char* Audit(const BuddyAllocator<>& buddy) const;

 private:
  bool Fits(Layout layout) const {
    return layout.size_bytes() <= block_bytes_ &&
           layout.align_bytes() <= block_bytes_;
  }

  // Whether a block can be one of this slab, and can be read. False for null.
  bool IsSound(const void* block, const BuddyAllocator<>& buddy) const {
    return IsAligned(AddressOf(block), block_bytes_) &&
           buddy.Owns(block, block_bytes_);
  }

  Result<void> Grow(BuddyAllocator<>& buddy);
  Result<void> Check(const void* block, Layout layout,
                     const BuddyAllocator<>& buddy) const;

  std::size_t block_bytes_;
  FreeList free_{};
  std::size_t total_blocks_ = 0;
  std::size_t used_blocks_ = 0;
};

inline Result<void*> Slab::Allocate(Layout layout, BuddyAllocator<>& buddy) {
  if (!Fits(layout)) return std::unexpected(AllocError::kInvalidParam);
  if (used_blocks_ == total_blocks_) {
    if (const auto grown = Grow(buddy); !grown) {
      return std::unexpected(grown.error());
    }
  }
  if (!IsSound(free_.head(), buddy)) {
    return std::unexpected(AllocError::kNoMemory);
  }
  void* const block = free_.Pop();
  ++used_blocks_;
  Unpoison(block, layout.size_bytes());
  return block;
}

// The new blocks are pushed from the lowest up, so the highest is on top.
inline Result<void> Slab::Grow(BuddyAllocator<>& buddy) {
  const auto set_layout = Layout::Make(set_bytes(), kSetAlignBytes);
  const auto set = buddy.Allocate(*set_layout);
  if (!set) return std::unexpected(set.error());
  Poison(*set, set_bytes());
  for (std::size_t i = 0; i < kSetBlocks; ++i) {
    free_.Push(static_cast<std::byte*>(*set) + i * block_bytes_);
  }
  total_blocks_ += kSetBlocks;
  return {};
}

// Whether a block of this layout can be in use.
inline Result<void> Slab::Check(const void* block, Layout layout,
                                const BuddyAllocator<>& buddy) const {
  if (block == nullptr || !Fits(layout)) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  if (!buddy.Owns(block, block_bytes_)) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  if (!IsAligned(AddressOf(block), block_bytes_)) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  if (used_blocks_ == 0 || (layout.size_bytes() != 0 && IsPoisoned(block)) ||
      free_.head() == block) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  return {};
}

inline Result<void> Slab::Deallocate(void* block, Layout layout,
                                     const BuddyAllocator<>& buddy) {
  if (const auto sound = Check(block, layout, buddy); !sound) return sound;
  Poison(block, block_bytes_);
  free_.Push(block);
  --used_blocks_;
  return {};
}

inline Result<void> Slab::Resize(void* block, Layout old_layout,
                                 Layout new_layout,
                                 const BuddyAllocator<>& buddy) {
  if (const auto sound = Check(block, old_layout, buddy); !sound) return sound;
  if (!Fits(new_layout)) return std::unexpected(AllocError::kNoMemory);
  Poison(block, block_bytes_);
  Unpoison(block, new_layout.size_bytes());
  return {};
}

inline const char* Slab::Audit(const BuddyAllocator<>& buddy) const {
  const auto [links, blocks] = free_.Audit(
      [&](const FreeBlock* block) { return IsSound(block, buddy); });
  if (links == FreeList::Links::kCyclic) return "slab.acyclic";
  if (links == FreeList::Links::kWild) return "slab.links";
  if (blocks + used_blocks_ != total_blocks_) return "slab.conserved";
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_
