#ifndef LOCKSTEP_ALLOCATOR_BYTES_BUDDY_LISTS_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BUDDY_LISTS_H_

// The free blocks of a buddy system, one LIFO list for each order: blocks are
// split when they are taken, and merged when they come back.
//   Units      bytes, except `order` (block = 1 << order).
//   Requires   blocks aligned to their size, in memory that nobody else uses;
//              orders below kOrders, but for Take.
//   Complexity Take and HeadsAList O(kOrders); FindBuddy O(free blocks of the
//              order); Merge the same, for each order it merges through.
//   Invariant  free blocks are aligned to their size (checked by Audit).
//   Sanitizers the blocks stay poisoned.
//   After      buddy_system_allocator 0.10 and 0.11; Knuth, TAOCP 1, 2.5.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/bytes/free_list.h"
#include "allocator/bytes/region_table.h"

namespace lockstep {

// The smallest block.
inline constexpr std::size_t kBuddyUnitBytes = sizeof(FreeBlock);

template <unsigned kOrders>
class BuddyLists {
 public:
  static constexpr std::size_t BytesOf(unsigned order) {
    return std::size_t{1} << order;
  }

  // Frees a whole span. Both ends are at whole units.
  void Carve(Span span);

  // A block of that order, or null.
  void* Take(unsigned order);

  // Where the buddy of a block is free, or `other`, should that stand before
  // it; a null block if neither is.
  FreeList::Place FindBuddy(void* block, unsigned order, const void* other);

  // Frees a block whose buddy FindBuddy found, or found not to be free.
  void Merge(void* block, unsigned order, FreeList::Place buddy);

  // Whether the block that heads a list, of this order or a higher one, begins
  // where a block would have to that contains this.
  bool HeadsAList(const void* block, unsigned order) const;

  // The name of the first broken invariant, or null. `owns(block, bytes)` says
  // whether a block can be read. Adds to free_bytes.
  template <class Owns>
  const char* Audit(Owns owns, std::size_t& free_bytes) const;

 private:
  static constexpr unsigned kLargestOrder = kOrders - 1;

  static void* BuddyOf(void* block, unsigned order) {
    return PointerTo(AddressOf(block) ^ BytesOf(order));
  }

  std::array<FreeList, kOrders> free_{};
};

// Into the largest blocks that alignment allows, from the low end.
template <unsigned kOrders>
void BuddyLists<kOrders>::Carve(Span span) {
  while (span.start < span.end) {
    const auto aligned = static_cast<unsigned>(std::countr_zero(span.start));
    const auto fitting =
        static_cast<unsigned>(std::bit_width(span.bytes())) - 1;
    const unsigned order = std::min({aligned, fitting, kLargestOrder});
    free_[order].Push(PointerTo(span.start));
    span.start += BytesOf(order);
  }
  Assert(span.start == span.end, "the blocks fill the region exactly");
}

template <unsigned kOrders>
void* BuddyLists<kOrders>::Take(unsigned order) {
  const unsigned wanted = order;
  while (order < kOrders && free_[order].empty()) ++order;
  if (order >= kOrders) return nullptr;

  void* const block = free_[order].Pop();
  while (order > wanted) {
    --order;  // Keep the lower half, free the upper one.
    free_[order].Push(BuddyOf(block, order));
  }
  return block;
}

template <unsigned kOrders>
FreeList::Place BuddyLists<kOrders>::FindBuddy(void* block, unsigned order,
                                               const void* other) {
  if (order == kLargestOrder) return {nullptr, nullptr};
  return free_[order].FindEither(BuddyOf(block, order), other);
}

template <unsigned kOrders>
void BuddyLists<kOrders>::Merge(void* block, unsigned order,
                                FreeList::Place buddy) {
  while (buddy.block != nullptr) {
    FreeList::Unlink(buddy);
    block = std::min(block, BuddyOf(block, order));
    ++order;
    buddy = FindBuddy(block, order, nullptr);
  }
  Assert(IsAligned(AddressOf(block), BytesOf(order)),
         "a merged block is aligned to its size");
  free_[order].Push(block);
}

// A block that has just been freed heads the list of its order or, merged, is
// within the block that heads the list of a higher one.
template <unsigned kOrders>
bool BuddyLists<kOrders>::HeadsAList(const void* block, unsigned order) const {
  for (; order < kOrders; ++order) {
    const void* head = free_[order].head();
    if (head != nullptr &&
        AddressOf(head) == AlignDown(AddressOf(block), BytesOf(order))) {
      return true;
    }
  }
  return false;
}

template <unsigned kOrders>
template <class Owns>
const char* BuddyLists<kOrders>::Audit(Owns owns,
                                       std::size_t& free_bytes) const {
  for (unsigned order = 0; order < kOrders; ++order) {
    const std::size_t block_bytes = BytesOf(order);
    const auto is_sound = [&](const FreeBlock* block) {
      return block_bytes >= kBuddyUnitBytes &&
             IsAligned(AddressOf(block), block_bytes) &&
             owns(block, block_bytes);
    };
    const auto [links, blocks] = free_[order].Audit(is_sound);
    if (links == FreeList::Links::kCyclic) return "buddy.acyclic";
    if (links == FreeList::Links::kWild) return "buddy.links";
    free_bytes += blocks * block_bytes;
  }
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BUDDY_LISTS_H_
