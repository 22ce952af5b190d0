#ifndef LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_
#define LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_

// Blocks of one size, last in, first out. Their memory comes from a buddy
// allocator, in sets of kSetBlocks blocks, and never goes back, except by Trim.
//
//     a set, just taken        free_ -> 63 -> 62 -> .. -> 1 -> 0 -> null
//     +------+------+------+-- .. --+------+
//     |  0   |  1   |  2   |        |  63  |  Block 63 is handed out first. A
//     | null | *->0 | *->1 |        | *->62|  link is the first word of a free
//     +------+------+------+-- .. --+------+  block.
//
// With the map of pages (block_map.h), each page of a set has the slab's tag,
// and a bit for each block that is in use: misuse is refused at any time.
//
//   Units      bytes; total_blocks and used_blocks count blocks.
//   Requires   the same buddy allocator in every call; with a map, one slab of
//              each block size for each buddy. Not thread-safe.
//   Errors     Allocate: kInvalidParam (the layout does not fit into a block),
//              kNoMemory (no block is free, and the buddy has no set to spare).
//              Deallocate: kInvalidParam (null, a layout that does not fit, an
//              address that is not a multiple of the block size), kNotAllocated
//              (outside the buddy's regions, no block is in use, or this one is
//              the first on the free list; with a map, it is not in use).
//   Complexity O(regions), and with a map as BlockMap::Find. Taking a set
//              adds O(kSetBlocks) and the buddy's Allocate. Trim O(free blocks *
//              pages of a set), and the buddy's Deallocate for each set.
//   Invariant  free blocks are aligned, inside the buddy's regions, and with
//              the used ones they add up to the total; the map has as many used
//              ones (checked by Audit).
//   Sanitizers free blocks are poisoned, and so are the bytes of a used block
//              past those that were asked for.
//   After      slab.rs of the crate slab_allocator 0.3.1.
//
// Undetected misuse with a map:
//   - A free with a layout of other bytes that the same slab serves.
//   - A second free of a block once it was allocated again.
//   - A write to free memory or to the map: see BuddyAllocator.
//
// Undetected misuse without a map. AddressSanitizer detects what is marked with
// *, except a free with a layout of zero bytes.
//   - * A second free of a block, if another block was freed in between.
//   - A free of a block that another slab or the buddy handed out.
//   - * A write to free memory.
// After any of these a block may be handed out twice, and later calls may be
// refused with kNoMemory or kNotAllocated, having changed nothing. No call
// aborts, loops, or reaches outside the buddy's regions.

#include <bit>
#include <cstddef>
#include <type_traits>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/free_list.h"
#include "allocator/bytes/slab_marks.h"

namespace lockstep {

template <class Map>
class BasicSlab {
 public:
  using Buddy = BuddyAllocator<32, Map>;
  static constexpr std::size_t kSetBlocks = 64;
  static constexpr std::size_t kSetAlignBytes = 4096;

  // Requires a power of two, and a set of at least kSetAlignBytes; with a map,
  // blocks that fit into a page.
  constexpr explicit BasicSlab(std::size_t block_bytes)
      : block_bytes_(block_bytes), marks_(block_bytes) {
    Assert(std::has_single_bit(block_bytes),
           "the size of a block is a power of two");
    Assert(set_bytes() >= kSetAlignBytes, "a set fills its alignment");
    Assert(Layout::Make(set_bytes(), kSetAlignBytes).has_value(),
           "a set is a layout");
    Assert(!Map::kIsMapped || block_bytes <= kSetAlignBytes,
           "a block has a bit in the entry of its page");
  }
  BasicSlab(const BasicSlab&) = delete;
  BasicSlab& operator=(const BasicSlab&) = delete;

  Result<void*> Allocate(Layout layout, Buddy& buddy);
  Result<void> Deallocate(void* block, Layout layout, const Buddy& buddy);

  // The same, for a layout that is known to fit.
  Result<void*> AllocateFitting(Layout layout, Buddy& buddy);
  Result<void> DeallocateFitting(void* block, Layout layout,
                                 const Buddy& buddy);

  // Gives a block another layout, where both fit into it. Errors:
  // Deallocate's; kNoMemory: the new layout does not fit.
  Result<void> Resize(void* block, Layout old_layout, Layout new_layout,
                      const Buddy& buddy);

  constexpr std::size_t block_bytes() const { return block_bytes_; }
  constexpr std::size_t set_bytes() const { return kSetBlocks * block_bytes_; }
  std::size_t total_blocks() const { return total_blocks_; }
  std::size_t used_blocks() const { return used_blocks_; }

  // Gives back every set of which no block is in use, and says how many bytes
  // that was. The other free blocks keep their order. Nothing, if the list is
  // damaged; a set that the buddy does not take stays.
  std::size_t Trim(Buddy& buddy)
    requires(Map::kIsMapped);

  // Like BuddyAllocator::Audit, but of this slab's free list.
  const char* Audit(const Buddy& buddy) const;

 private:
  using Marks = std::conditional_t<Map::kIsMapped, SlabMarks, NoSlabMarks>;

  bool Fits(Layout layout) const {
    return layout.size_bytes() <= block_bytes_ &&
           layout.align_bytes() <= block_bytes_;
  }

  // Whether a block can be one of this slab, and can be read. False for null.
  bool IsSound(const void* block, const Buddy& buddy) const {
    return IsAligned(AddressOf(block), block_bytes_) &&
           buddy.Owns(block, block_bytes_);
  }

  // That of the set that a block lies in.
  Address SetOf(const void* block) const {
    return AlignDown(AddressOf(block), set_bytes());
  }

  // With a map, whether it says that a block is used, or free, as asked for.
  bool IsMarked(const void* block, bool is_used, const Buddy& buddy) const {
    if constexpr (Map::kIsMapped) {
      return marks_.Is(buddy.map(), block, is_used);
    }
    return true;
  }

  bool IsFree(const void* block, const Buddy& buddy) const {
    return IsSound(block, buddy) && IsMarked(block, false, buddy);
  }

  // Whether the first free block can be handed out. With a map, it is marked.
  bool Claim(const Buddy& buddy) const;
  // The same, quickly: with a map, false too if the block is not in the region
  // that was used last.
  bool ClaimNear(const Buddy& buddy) const;
  Result<void*> AllocateSlowly(Layout layout, Buddy& buddy);
  void* HandOut(Layout layout);
  void AddSet(void* set, Buddy& buddy);
  Result<void> DeallocateSlowly(void* block, Layout layout, const Buddy& buddy)
    requires(Map::kIsMapped);
  void TakeBack(void* block);

  // How many sets have no block in use. 0 too if the list is damaged.
  std::size_t CountUnused(const Buddy& buddy) const
    requires(Map::kIsMapped);
  Result<void> Grow(Buddy& buddy);
  Result<void> Check(const void* block, Layout layout,
                     const Buddy& buddy) const;

  std::size_t block_bytes_;
  FreeList free_{};
  std::size_t total_blocks_ = 0;
  std::size_t used_blocks_ = 0;
  [[no_unique_address]] Marks marks_;
};

using Slab = BasicSlab<NoMap>;

template <class Map>
Result<void*> BasicSlab<Map>::Allocate(Layout layout, Buddy& buddy) {
  if (!Fits(layout)) return std::unexpected(AllocError::kInvalidParam);
  return AllocateFitting(layout, buddy);
}

template <class Map>
Result<void*> BasicSlab<Map>::AllocateFitting(Layout layout, Buddy& buddy) {
  if (ClaimNear(buddy)) [[likely]]
    return HandOut(layout);
  return AllocateSlowly(layout, buddy);
}

// Out of line, because its calls would cost the quick way registers.
template <class Map>
[[gnu::noinline]] Result<void*> BasicSlab<Map>::AllocateSlowly(Layout layout,
                                                               Buddy& buddy) {
  if (used_blocks_ == total_blocks_) {
    if (const auto grown = Grow(buddy); !grown) {
      return std::unexpected(grown.error());
    }
  }
  if (!Claim(buddy)) {
    return std::unexpected(AllocError::kNoMemory);
  }
  return HandOut(layout);
}

template <class Map>
void* BasicSlab<Map>::HandOut(Layout layout) {
  void* const block = free_.Pop();
  ++used_blocks_;
  Unpoison(block, layout.size_bytes());
  return block;
}

// The new blocks are pushed from the lowest up, so the highest is on top.
template <class Map>
Result<void> BasicSlab<Map>::Grow(Buddy& buddy) {
  const auto set_layout = Layout::Make(set_bytes(), kSetAlignBytes);
  const auto set = buddy.Allocate(*set_layout);
  if (!set) return std::unexpected(set.error());
  AddSet(*set, buddy);
  return {};
}

template <class Map>
void BasicSlab<Map>::AddSet(void* set, Buddy& buddy) {
  Poison(set, set_bytes());
  for (std::size_t i = 0; i < kSetBlocks; ++i) {
    free_.Push(static_cast<std::byte*>(set) + i * block_bytes_);
  }
  if constexpr (Map::kIsMapped) {
    marks_.Mark(buddy.map(), AddressOf(set), set_bytes());
  }
  total_blocks_ += kSetBlocks;
}

template <class Map>
bool BasicSlab<Map>::ClaimNear(const Buddy& buddy) const {
  if constexpr (Map::kIsMapped) {
    return marks_.ToggleNear(buddy.map(), free_.head(), false);
  } else {
    return used_blocks_ != total_blocks_ && IsSound(free_.head(), buddy);
  }
}

template <class Map>
bool BasicSlab<Map>::Claim(const Buddy& buddy) const {
  if constexpr (Map::kIsMapped) {
    return marks_.Toggle(buddy.map(), free_.head(), false);
  } else {
    return IsSound(free_.head(), buddy);
  }
}

// Whether a block of this layout can be in use.
template <class Map>
Result<void> BasicSlab<Map>::Check(const void* block, Layout layout,
                                   const Buddy& buddy) const {
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
      free_.head() == block || !IsMarked(block, true, buddy)) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  return {};
}

template <class Map>
Result<void> BasicSlab<Map>::Deallocate(void* block, Layout layout,
                                        const Buddy& buddy) {
  if (!Fits(layout)) return std::unexpected(AllocError::kInvalidParam);
  return DeallocateFitting(block, layout, buddy);
}

template <class Map>
Result<void> BasicSlab<Map>::DeallocateFitting(void* block, Layout layout,
                                               const Buddy& buddy) {
  if constexpr (Map::kIsMapped) {
    if (!marks_.ToggleNear(buddy.map(), block, true)) [[unlikely]] {
      return DeallocateSlowly(block, layout, buddy);
    }
  } else {
    if (const auto sound = Check(block, layout, buddy); !sound) return sound;
  }
  TakeBack(block);
  return {};
}

template <class Map>
[[gnu::noinline]] Result<void> BasicSlab<Map>::DeallocateSlowly(
    void* block, Layout layout, const Buddy& buddy)
  requires(Map::kIsMapped)
{
  if (!marks_.Toggle(buddy.map(), block, true)) {
    return Check(block, layout, buddy);
  }
  TakeBack(block);
  return {};
}

template <class Map>
void BasicSlab<Map>::TakeBack(void* block) {
  Poison(block, block_bytes_);
  free_.Push(block);
  --used_blocks_;
}

template <class Map>
Result<void> BasicSlab<Map>::Resize(void* block, Layout old_layout,
                                    Layout new_layout, const Buddy& buddy) {
  if (const auto sound = Check(block, old_layout, buddy); !sound) return sound;
  if (!Fits(new_layout)) return std::unexpected(AllocError::kNoMemory);
  Poison(block, block_bytes_);
  Unpoison(block, new_layout.size_bytes());
  return {};
}

template <class Map>
std::size_t BasicSlab<Map>::CountUnused(const Buddy& buddy) const
  requires(Map::kIsMapped)
{
  std::size_t sets = 0;
  std::size_t leaving = 0;
  const auto [links, blocks] = free_.Audit([&](const FreeBlock* block) {
    if (!IsFree(block, buddy)) return false;
    if (marks_.IsUnused(buddy.map(), SetOf(block), set_bytes())) {
      ++leaving;
      sets += AddressOf(block) == SetOf(block);
    }
    return true;
  });
  const bool is_sound = links == FreeList::Links::kSound &&
                        blocks == total_blocks_ - used_blocks_ &&
                        leaving == sets * kSetBlocks;
  return is_sound ? sets : 0;
}

template <class Map>
std::size_t BasicSlab<Map>::Trim(Buddy& buddy)
  requires(Map::kIsMapped)
{
  if (CountUnused(buddy) == 0) return 0;
  FreeList kept;
  FreeList sets;
  while (!free_.empty()) {
    void* const block = free_.Pop();
    if (!marks_.IsUnused(buddy.map(), SetOf(block), set_bytes())) {
      kept.Push(block);
    } else if (AddressOf(block) == SetOf(block)) {
      sets.Push(block);
    }
  }
  while (!kept.empty()) free_.Push(kept.Pop());  // As they were.
  std::size_t given = 0;
  while (!sets.empty()) {
    void* const set = sets.Pop();
    Unpoison(set, set_bytes());  // Or it would count as freed already.
    marks_.Unmark(buddy.map(), AddressOf(set), set_bytes());
    total_blocks_ -= kSetBlocks;
    const auto freed =
        buddy.Deallocate(set, *Layout::Make(set_bytes(), kSetAlignBytes));
    if (freed) {
      given += set_bytes();
    } else {
      AddSet(set, buddy);
    }
  }
  return given;
}

template <class Map>
const char* BasicSlab<Map>::Audit(const Buddy& buddy) const {
  const auto [links, blocks] =
      free_.Audit([&](const FreeBlock* block) { return IsFree(block, buddy); });
  if (links == FreeList::Links::kCyclic) return "slab.acyclic";
  if (links == FreeList::Links::kWild) return "slab.links";
  if (blocks + used_blocks_ != total_blocks_) return "slab.conserved";
  if constexpr (Map::kIsMapped) {
    return marks_.Audit(buddy.map(), total_blocks_ * block_bytes_,
                        used_blocks_);
  }
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_SLAB_H_
