#ifndef LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_
#define LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_

// Blocks of one size, handed out last in, first out, in memory that is taken
// from a buddy allocator kSetBlocks blocks at a time and never given back.
//   Units      bytes; total and used count blocks.
//   Requires   the same buddy allocator in every call. Not thread-safe.
//   Errors     Allocate: kInvalidParam (a layout that no block satisfies),
//              kNoMemory (no free block, and the buddy has no set to spare).
//              Deallocate: kInvalidParam (null, such a layout, not aligned to a
//              block), kNotAllocated (outside the buddy's regions, nothing is
//              in use, or the block heads the free list).
//   Undetected a second free once another block was freed after the first; a
//              free of a block that another slab or the buddy handed out; a
//              write to free memory. AddressSanitizer detects the first, of
//              blocks of one byte or more, and the last. Where the first has
//              made the list cyclic, an assertion ends what would hand out more
//              than there is.
//   Complexity O(1); growing O(kSetBlocks + the buddy's Allocate).
//   Invariant  free blocks are aligned, inside the buddy's regions, and with
//              the used ones they add up to the total (Audit).
//   Sanitizers free blocks are poisoned, and what lies behind the bytes asked
//              for.
//   After      slab.rs of the crate slab_allocator 0.3.1.

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

  // Blocks of a power of two, large enough for a set to fill its alignment.
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

  constexpr std::size_t block_bytes() const { return block_bytes_; }
  constexpr std::size_t set_bytes() const { return kSetBlocks * block_bytes_; }
  std::size_t total_blocks() const { return total_blocks_; }
  std::size_t used_blocks() const { return used_blocks_; }

  // As BuddyAllocator::Audit, for this slab's free list.
  const char* Audit(const BuddyAllocator<>& buddy) const;

 private:
  bool Fits(Layout layout) const {
    return layout.size_bytes() <= block_bytes_ &&
           layout.align_bytes() <= block_bytes_;
  }

  Result<void> Grow(BuddyAllocator<>& buddy);

  std::size_t block_bytes_;
  FreeList free_{};
  std::size_t total_blocks_ = 0;
  std::size_t used_blocks_ = 0;
};

inline Result<void*> Slab::Allocate(Layout layout, BuddyAllocator<>& buddy) {
  if (!Fits(layout)) return std::unexpected(AllocError::kInvalidParam);
  if (free_.empty()) {
    if (const auto grown = Grow(buddy); !grown) {
      return std::unexpected(grown.error());
    }
  }
  void* const block = free_.Pop();
  ++used_blocks_;
  Assert(IsAligned(AddressOf(block), block_bytes_),
         "a block is aligned to its size");
  Assert(used_blocks_ <= total_blocks_, "no more blocks are used than exist");
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

inline Result<void> Slab::Deallocate(void* block, Layout layout,
                                     const BuddyAllocator<>& buddy) {
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
  Poison(block, block_bytes_);
  free_.Push(block);
  --used_blocks_;
  return {};
}

inline const char* Slab::Audit(const BuddyAllocator<>& buddy) const {
  const auto [links, blocks] = free_.Audit([&](const FreeBlock* block) {
    return IsAligned(AddressOf(block), block_bytes_) &&
           buddy.Owns(block, block_bytes_);
  });
  if (links == FreeList::Links::kCyclic) return "slab.acyclic";
  if (links == FreeList::Links::kWild) return "slab.links";
  if (blocks + used_blocks_ != total_blocks_) return "slab.conserved";
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_
