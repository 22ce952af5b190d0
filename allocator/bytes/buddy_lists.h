#ifndef LOCKSTEP_ALLOCATOR_BYTES_BUDDY_LISTS_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BUDDY_LISTS_H_

// The free blocks of a buddy system: one list for each order, each last in,
// first out. A block of order o has 1 << o bytes and lies at a multiple of
// that; its buddy, with which it merges when both are free, lies at its address
// ^ (1 << o). Here memory from 0x40 to 0x80 on a machine with words of 8 bytes:
//
//     0x40      0x48      0x50      0x58      0x60                      0x80
//     +---------+---------+---------+---------+-------------------------+
//     | in use  | free    | free    | in use  | free                    |
//     +---------+---------+---------+---------+-------------------------+
//
//     free_[3] -> 0x50 -> 0x48 -> null    (8 bytes each; 0x50 was freed last)
//     free_[4] -> null
//     free_[5] -> 0x60 -> null            (32 bytes)
//
// When the block at 0x40 is freed, it merges with 0x48. The block of 16 that
// they make does not merge further: its buddy, at 0x50, is not on list 4.
//
//   Units      bytes, except `order`.
//   Requires   blocks aligned to their size, in memory that nobody else uses,
//              and orders below kOrders; Take may be asked for any order.
//   Complexity Take, Shrink and HeadsAList O(kOrders). Give and Grow O(free
//              blocks of the orders that they pass through), and never more
//              steps than there could be free blocks.
//   Invariant  a block on a list is aligned to its size and inside a region
//              (checked by Audit).
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

// The smallest block has room for a link.
inline constexpr std::size_t kBuddyUnitBytes = sizeof(FreeBlock);

template <unsigned kOrders>
class BuddyLists {
 public:
  static constexpr std::size_t BytesOf(unsigned order) {
    return std::size_t{1} << order;
  }

  // Frees a whole span, both ends of which are multiples of the unit.
  void Carve(Span span);

  // A block of that order, or null if there is none. Null too, and nothing has
  // changed, if the block to split is misaligned or not `owns(block, bytes)`:
  // then the lists are damaged.
  template <class Owns>
  void* Take(unsigned order, Owns owns);

  // Frees a block and merges it with every buddy that is free. free_bytes is
  // what all free blocks have together. False, and nothing has changed, if the
  // block, or what it merged into, is on a list that is walked, or if these
  // lists have more blocks than free_bytes allows.
  bool Give(void* block, unsigned order, std::size_t free_bytes);

  // Frees the upper halves of a block until it has the order `wanted`. They do
  // not merge, because what is below them stays in use.
  void Shrink(void* block, unsigned order, unsigned wanted);

  // Takes the buddies above a block until it has the order `wanted`. False, and
  // nothing has changed, if one of them is below, or not free, or past what
  // free_bytes allows to be walked.
  bool Grow(void* block, unsigned order, unsigned wanted,
            std::size_t free_bytes);

  // Whether this block, or a larger one that contains it, is the first on its
  // list, as it is when the block has just been freed. No free block is larger
  // than free_bytes.
  bool HeadsAList(const void* block, unsigned order,
                  std::size_t free_bytes) const;

  // The name of the first broken invariant, or null. Adds what the lists hold
  // to free_bytes.
  template <class Owns>
  const char* Audit(Owns owns, std::size_t& free_bytes) const;

 private:
  static constexpr unsigned kLargestOrder = kOrders - 1;

  static Address BuddyOf(Address block, unsigned order) {
    return block ^ BytesOf(order);
  }

  // Whether a block can be on the list of that order, and can be read.
  template <class Owns>
  static bool IsSound(const void* block, unsigned order, Owns owns) {
    return BytesOf(order) >= kBuddyUnitBytes &&
           IsAligned(AddressOf(block), BytesOf(order)) &&
           owns(block, BytesOf(order));
  }

  std::array<FreeList, kOrders> free_{};
};

// From the low end, each block as large as its address and the rest allow.
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
template <class Owns>
void* BuddyLists<kOrders>::Take(unsigned order, Owns owns) {
  const unsigned wanted = order;
  while (order < kOrders && free_[order].empty()) ++order;
  if (order >= kOrders) return nullptr;
  if (!IsSound(free_[order].head(), order, owns)) return nullptr;

  void* const block = free_[order].Pop();
  while (order > wanted) {
    --order;  // Keep the lower half, free the upper one.
    free_[order].Push(PointerTo(BuddyOf(AddressOf(block), order)));
  }
  return block;
}

template <unsigned kOrders>
bool BuddyLists<kOrders>::Give(void* block, unsigned order,
                               std::size_t free_bytes) {
  // Every list is walked before any of them is changed. Free blocks from this
  // order up are at least so large, so there cannot be more of them.
  std::size_t budget = free_bytes / BytesOf(order);
  std::array<FreeBlock**, kOrders> buddies;
  const unsigned first = order;
  Address merged = AddressOf(block);
  for (; order < kLargestOrder; ++order) {
    const void* const buddy = PointerTo(BuddyOf(merged, order));
    const FreeList::Place found =
        free_[order].FindEither(buddy, PointerTo(merged), budget);
    if (found.block == nullptr) break;
    if (found.block != buddy) return false;  // Itself, or past the budget.
    buddies[order] = found.link;
    merged &= ~Address{BytesOf(order)};
  }
  for (unsigned i = first; i < order; ++i) FreeList::Unlink(buddies[i]);
  Assert(IsAligned(merged, BytesOf(order)),
         "a merged block is aligned to its size");
  free_[order].Push(PointerTo(merged));
  return true;
}

template <unsigned kOrders>
void BuddyLists<kOrders>::Shrink(void* block, unsigned order, unsigned wanted) {
  while (order > wanted) {
    --order;
    free_[order].Push(PointerTo(BuddyOf(AddressOf(block), order)));
  }
}

template <unsigned kOrders>
bool BuddyLists<kOrders>::Grow(void* block, unsigned order, unsigned wanted,
                               std::size_t free_bytes) {
  const Address low = AddressOf(block);
  if (wanted >= kOrders || !IsAligned(low, BytesOf(wanted))) return false;
  std::size_t budget = free_bytes / BytesOf(order);
  std::array<FreeBlock**, kOrders> buddies;
  for (unsigned i = order; i < wanted; ++i) {
    const void* const buddy = PointerTo(BuddyOf(low, i));
    const FreeList::Place found = free_[i].FindEither(buddy, buddy, budget);
    if (found.block != buddy) return false;
    buddies[i] = found.link;
  }
  for (unsigned i = order; i < wanted; ++i) FreeList::Unlink(buddies[i]);
  return true;
}

template <unsigned kOrders>
bool BuddyLists<kOrders>::HeadsAList(const void* block, unsigned order,
                                     std::size_t free_bytes) const {
  const auto orders =
      std::min(kOrders, static_cast<unsigned>(std::bit_width(free_bytes)));
  for (; order < orders; ++order) {
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
    const auto [links, blocks] =
        free_[order].Audit([order, owns](const FreeBlock* block) {
          return IsSound(block, order, owns);
        });
    if (links == FreeList::Links::kCyclic) return "buddy.acyclic";
    if (links == FreeList::Links::kWild) return "buddy.links";
    free_bytes += blocks * BytesOf(order);
  }
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BUDDY_LISTS_H_
