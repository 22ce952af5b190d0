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
// With a map (block_map.h), the tag of a block says whether it is free and of
// which order, and its list is linked both ways: no list is walked then.
//
//   Units      bytes, except `order`.
//   Requires   blocks aligned to their size, in memory that nobody else uses,
//              and orders below kOrders; Take may be asked for any order.
//   Complexity Take, Shrink and IsUsed O(kOrders). Give and Grow O(free
//              blocks of the orders that they pass through), and never more
//              steps than there could be free blocks; O(kOrders) with a map.
//   Invariant  a block on a list is aligned to its size and inside a region;
//              with a map, it has the tag of a free block, and every other
//              block has that of a used one (checked by Audit).
//   Sanitizers the blocks stay poisoned.
//   After      buddy_system_allocator 0.10 and 0.11; Knuth, TAOCP 1, 2.5.

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/bytes/block_map.h"
#include "allocator/bytes/free_list.h"
#include "allocator/bytes/region_table.h"

namespace lockstep {

template <unsigned kOrders, class Map>
class BuddyLists {
 public:
  static constexpr std::size_t BytesOf(unsigned order) {
    return std::size_t{1} << order;
  }

  Map& map() { return map_; }
  const Map& map() const { return map_; }

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
  // lists have more blocks than free_bytes allows; with a map, if a buddy is
  // linked to blocks that do not link back.
  bool Give(void* block, unsigned order, std::size_t free_bytes);

  // Frees the upper halves of a block until it has the order `wanted`, as the
  // map then says, also after Grow. They do not merge, because what is below
  // them stays in use.
  void Shrink(void* block, unsigned order, unsigned wanted);

  // Takes the buddies above a block until it has the order `wanted`. False, and
  // nothing has changed, if one of them is below, or not free, or past what
  // free_bytes allows to be walked.
  bool Grow(void* block, unsigned order, unsigned wanted,
            std::size_t free_bytes);

  // Whether a block is in use. Without a map, only what has just been freed is
  // seen not to be. No free block is larger than free_bytes.
  bool IsUsed(const void* block, unsigned order, std::size_t free_bytes) const;

  // The name of the first broken invariant, or null. Adds what the lists hold
  // to free_bytes.
  template <class Owns>
  const char* Audit(Owns owns, std::size_t& free_bytes) const;

 private:
  using List = Map::List;
  static constexpr unsigned kLargestOrder = kOrders - 1;

  static Address BuddyOf(Address block, unsigned order) {
    return block ^ BytesOf(order);
  }

  // Whether a block can be on the list of that order, and can be read.
  template <class Owns>
  bool IsSound(const void* block, unsigned order, Owns owns) const {
    return BytesOf(order) >= Map::kUnitBytes &&
           IsAligned(AddressOf(block), BytesOf(order)) &&
           owns(block, BytesOf(order)) && IsTaggedFree(block, order);
  }

  // True without a map.
  bool IsTaggedFree(const void* block, unsigned order) const;

  // With a map, whether a block with that tag is on its list.
  bool IsLinked(const void* block, unsigned order) const {
    return free_[order].IsLinked(block, [this, order](const void* neighbour) {
      return IsTaggedFree(neighbour, order);
    });
  }

  // Where a block is on the list of that order: a null block if it is not, and
  // another one if `other` precedes it, or if its place is not to be believed.
  typename List::Place Find(const void* block, const void* other,
                            unsigned order, std::size_t& budget);

  void Push(Address block, unsigned order);

  // Whether this block, or a larger one that contains it, is the first on its
  // list, as it is when the block has just been freed.
  bool HeadsAList(const void* block, unsigned order,
                  std::size_t free_bytes) const;

  std::array<List, kOrders> free_{};
  [[no_unique_address]] Map map_{};
};

// From the low end, each block as large as its address and the rest allow.
template <unsigned kOrders, class Map>
void BuddyLists<kOrders, Map>::Carve(Span span) {
  while (span.start < span.end) {
    const auto aligned = static_cast<unsigned>(std::countr_zero(span.start));
    const auto fitting =
        static_cast<unsigned>(std::bit_width(span.bytes())) - 1;
    const unsigned order = std::min({aligned, fitting, kLargestOrder});
    Push(span.start, order);
    span.start += BytesOf(order);
  }
  Assert(span.start == span.end, "the blocks fill the region exactly");
}

template <unsigned kOrders, class Map>
template <class Owns>
void* BuddyLists<kOrders, Map>::Take(unsigned order, Owns owns) {
  const unsigned wanted = order;
  while (order < kOrders && free_[order].empty()) ++order;
  if (order >= kOrders) return nullptr;
  const void* const head = free_[order].head();
  if (!IsSound(head, order, owns)) return nullptr;
  if constexpr (Map::kIsMapped) {
    if (!IsLinked(head, order)) return nullptr;
  }
  void* const block = free_[order].Pop();
  Shrink(block, order, wanted);
  return block;
}

template <unsigned kOrders, class Map>
bool BuddyLists<kOrders, Map>::Give(void* block, unsigned order,
                                    std::size_t free_bytes) {
  // Every list is walked before any of them is changed. Free blocks from this
  // order up are at least so large, so there cannot be more of them.
  std::size_t budget = free_bytes / BytesOf(order);
  std::array<typename List::Link, kOrders> buddies;
  const unsigned first = order;
  Address merged = AddressOf(block);
  for (; order < kLargestOrder; ++order) {
    const void* const buddy = PointerTo(BuddyOf(merged, order));
    const auto found = Find(buddy, PointerTo(merged), order, budget);
    if (found.block == nullptr) break;
    if (found.block != buddy) return false;  // Itself, or past the budget.
    buddies[order] = found.link;
    merged &= ~Address{BytesOf(order)};
  }
  map_.SetTag(AddressOf(block), kNoTag);
  for (unsigned i = first; i < order; ++i) {
    free_[i].Unlink(buddies[i]);
    map_.SetTag(BuddyOf(AlignDown(AddressOf(block), BytesOf(i)), i), kNoTag);
  }
  Assert(IsAligned(merged, BytesOf(order)),
         "a merged block is aligned to its size");
  Push(merged, order);
  return true;
}

template <unsigned kOrders, class Map>
void BuddyLists<kOrders, Map>::Shrink(void* block, unsigned order,
                                      unsigned wanted) {
  while (order > wanted) {
    --order;
    Push(BuddyOf(AddressOf(block), order), order);
  }
  map_.SetTag(AddressOf(block), UsedTag(wanted));
}

template <unsigned kOrders, class Map>
bool BuddyLists<kOrders, Map>::Grow(void* block, unsigned order,
                                    unsigned wanted, std::size_t free_bytes) {
  const Address low = AddressOf(block);
  if (wanted >= kOrders || !IsAligned(low, BytesOf(wanted))) return false;
  std::size_t budget = free_bytes / BytesOf(order);
  std::array<typename List::Link, kOrders> buddies;
  for (unsigned i = order; i < wanted; ++i) {
    const void* const buddy = PointerTo(BuddyOf(low, i));
    const auto found = Find(buddy, buddy, i, budget);
    if (found.block != buddy) return false;
    buddies[i] = found.link;
  }
  for (unsigned i = order; i < wanted; ++i) {
    free_[i].Unlink(buddies[i]);
    map_.SetTag(BuddyOf(low, i), kNoTag);
  }
  return true;
}

template <unsigned kOrders, class Map>
bool BuddyLists<kOrders, Map>::IsTaggedFree(const void* block,
                                            unsigned order) const {
  if constexpr (Map::kIsMapped) {
    return map_.TagAt(AddressOf(block)) == FreeTag(order);
  } else {
    return true;
  }
}

template <unsigned kOrders, class Map>
auto BuddyLists<kOrders, Map>::Find(const void* block, const void* other,
                                    unsigned order, std::size_t& budget) ->
    typename List::Place {
  if constexpr (Map::kIsMapped) {
    if (!IsTaggedFree(block, order)) return {nullptr, nullptr};
    // The list itself is no block.
    return {PointerTo(AddressOf(block)),
            IsLinked(block, order) ? block : &free_[order]};
  } else {
    return free_[order].FindEither(block, other, budget);
  }
}

template <unsigned kOrders, class Map>
void BuddyLists<kOrders, Map>::Push(Address block, unsigned order) {
  free_[order].Push(PointerTo(block));
  map_.SetTag(block, FreeTag(order));
}

template <unsigned kOrders, class Map>
bool BuddyLists<kOrders, Map>::IsUsed(const void* block, unsigned order,
                                      std::size_t free_bytes) const {
  if constexpr (Map::kIsMapped) {
    return map_.TagAt(AddressOf(block)) == UsedTag(order);
  } else {
    return !HeadsAList(block, order, free_bytes);
  }
}

template <unsigned kOrders, class Map>
bool BuddyLists<kOrders, Map>::HeadsAList(const void* block, unsigned order,
                                          std::size_t free_bytes) const {
  const auto orders =
      std::min(kOrders, static_cast<unsigned>(std::bit_width(free_bytes)));
  for (; order < orders; ++order) {
    const void* head = free_[order].head();
    if (AddressOf(head) == AlignDown(AddressOf(block), BytesOf(order)) &&
        head != nullptr) {
      return true;
    }
  }
  return false;
}

template <unsigned kOrders, class Map>
template <class Owns>
const char* BuddyLists<kOrders, Map>::Audit(Owns owns,
                                            std::size_t& free_bytes) const {
  for (unsigned order = 0; order < kOrders; ++order) {
    const auto [links, blocks] =
        free_[order].Audit([this, order, owns](const void* block) {
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
