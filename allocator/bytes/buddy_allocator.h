#ifndef LOCKSTEP_ALLOCATOR_BYTES_BUDDY_ALLOCATOR_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BUDDY_ALLOCATOR_H_

// A binary buddy allocator over the regions that it is given: blocks are powers
// of two, split in halves when one is needed and merged when both halves are
// free. BuddyLists has a picture of the free blocks. With a map (block_map.h),
// no list is walked, and misuse is refused no matter when it happens, except for
// the cases listed below.
//   Units      bytes, except `order`: a block of order o has 1 << o bytes. The
//              smallest block is the unit: one machine word, or a page with the
//              map of pages.
//   Requires   regions that nobody else uses, from AddRegion until the
//              allocator is no longer used; with a map, memory for it likewise.
//              Not thread-safe: wrap it in TwoPhaseAllocator (byte_allocator.h),
//              and that in Locked.
//   Errors     AddRegion: kInvalidParam (null, past the end of the address
//              space, no whole unit), kMemoryOverlap, kNoMemory (more than
//              RegionTable::kMaxRegions regions that do not touch), and those
//              of BlockMap::Add.
//              Allocate: kNoMemory.
//              Deallocate: kInvalidParam (null, an order that does not exist, a
//              block not aligned to its size), kNotAllocated (outside every
//              region, more than is allocated, or found not to be in use).
//   Complexity Allocate O(kOrders + regions); Deallocate O(kOrders + regions +
//              free blocks of the orders it merges through); with a map, both
//              look up O(kOrders) units in it. AddRegion O(kOrders + regions +
//              blocks of the largest order + entries of the map).
//   Invariant  free blocks are aligned to their size, inside a region, and with
//              the allocated bytes they add up to the total (checked by Audit).
//              Overlap of free blocks is not checked without a map, because that
//              would take memory.
//   Sanitizers free memory is poisoned, and stays so when the allocator is
//              gone: whoever uses a region again must unpoison it first.
//   After      buddy_system_allocator 0.10 and 0.11; Knuth, TAOCP 1, 2.5.
//
// Undetected misuse with a map:
//   - A free with a layout of other bytes, if it has the same order. The
//     requested bytes are then wrong; Audit notices if they are more than the
//     allocated ones.
//   - A second free of a block once a block of the same order was allocated at
//     its address again.
//   - A write to free memory, or to the map. No call aborts, loops, or writes
//     outside the regions and their maps after it: what is damaged is refused
//     with kNoMemory or kNotAllocated, or noticed by Audit.
//
// Undetected misuse without a map. AddressSanitizer detects what is marked with
// *, except a free with a layout of zero bytes.
//   - * A second free of a block that has merged with its buddy, or that is of
//     the largest order, unless that block, or a larger free block around it,
//     is the first on its list.
//   - * A free of a free block whose free buddy precedes it on their list. Both
//     can be free and not merged only where one region was added next to
//     another.
//   - A free with the wrong layout, if a block of that layout may begin at this
//     address, and at least as many bytes are allocated and requested in all.
//     Audit notices it if the sums no longer agree.
//   - * A write to free memory.
// After one of the first three, a block may be handed out twice, and later
// calls may be refused with kNoMemory or kNotAllocated, having changed nothing.
// No call aborts or loops, and none reaches outside the regions, with one
// exception: if free memory was written to, Deallocate may follow a wild link.
// A block that is handed out while it is on a list also counts as free memory.

#include <algorithm>
#include <bit>
#include <cstddef>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_lists.h"
#include "allocator/bytes/free_list.h"
#include "allocator/bytes/region_table.h"

namespace lockstep {

template <unsigned kOrders = 32, class Map = NoMap>
class BuddyAllocator {
 public:
  static constexpr std::size_t kUnitBytes = Map::kUnitBytes;
  static_assert(kOrders > std::countr_zero(kUnitBytes) &&
                    kOrders <= sizeof(std::size_t) * 8,
                "kOrders: the largest block, 1 << (kOrders - 1), must be at "
                "least one unit and fit into std::size_t");

  constexpr BuddyAllocator() = default;
  BuddyAllocator(const BuddyAllocator&) = delete;
  BuddyAllocator& operator=(const BuddyAllocator&) = delete;

  // What a region of that size takes for its map: 0 without one.
  static constexpr std::size_t MapBytesFor(std::size_t region_bytes) {
    return Map::BytesFor(region_bytes);
  }

  // AddRegion for the first region. kInvalidParam if there is one already.
  Result<void> Init(void* start, std::size_t region_bytes,
                    void* map_memory = nullptr, std::size_t map_bytes = 0);

  // Both ends are rounded inward to whole units. Blocks of the new region do
  // not merge with earlier ones here, but a later Deallocate may merge them.
  // The map needs MapBytesFor(region_bytes) bytes, aligned as malloc aligns.
  Result<void> AddRegion(void* start, std::size_t region_bytes,
                         void* map_memory = nullptr, std::size_t map_bytes = 0);

  // Allocates a block of BlockBytes(layout) bytes, aligned to its size.
  Result<void*> Allocate(Layout layout);

  // `layout` must be the one that the block was allocated with.
  Result<void> Deallocate(void* block, Layout layout);

  // Gives a block another layout where it is: its upper halves are freed, or
  // taken if they are free. kNoMemory: they are not, or the address does not
  // have the new align. Other errors are Deallocate's. O(kOrders + regions), and
  // to grow without a map O(free blocks of the orders that it grows through).
  Result<void> Resize(void* block, Layout old_layout, Layout new_layout);

  static constexpr std::size_t BlockBytes(Layout layout);

  // Whether a span lies inside the regions, allocated or not.
  bool Owns(const void* start, std::size_t bytes) const;

  // Total: the bytes of all regions. Used: those of allocated blocks.
  // Requested: those that clients asked for in these blocks.
  std::size_t TotalBytes() const { return total_bytes_; }
  std::size_t UsedBytes() const { return allocated_bytes_; }
  std::size_t AvailableBytes() const { return total_bytes_ - allocated_bytes_; }
  std::size_t RequestedBytes() const { return requested_bytes_; }

  // For Slab, which marks its blocks.
  Map& map() { return free_.map(); }
  const Map& map() const { return free_.map(); }

  // The name of the first broken invariant, or null. Terminates even if the
  // lists are damaged, and reads nothing outside the regions.
  const char* Audit() const;

 private:
  using Lists = BuddyLists<kOrders, Map>;

  static constexpr unsigned OrderOf(Layout layout) {
    return layout.BlockOrder(kUnitBytes);
  }

  Result<void> Check(void* block, Layout layout) const;

  // With a map, a layout of more bytes than were asked for may be freed.
  void Forget(Layout layout) {
    requested_bytes_ -= std::min(requested_bytes_, layout.size_bytes());
  }

  // Tells the lists, which do not know the regions, what lies inside one.
  auto Owner() const {
    return [this](const void* block, std::size_t block_bytes) {
      return Owns(block, block_bytes);
    };
  }

  Lists free_{};
  RegionTable regions_{};
  std::size_t total_bytes_ = 0;
  std::size_t allocated_bytes_ = 0;
  std::size_t requested_bytes_ = 0;
};

template <unsigned kOrders, class Map>
Result<void> BuddyAllocator<kOrders, Map>::Init(void* start,
                                                std::size_t region_bytes,
                                                void* map_memory,
                                                std::size_t map_bytes) {
  if (total_bytes_ != 0) return std::unexpected(AllocError::kInvalidParam);
  return AddRegion(start, region_bytes, map_memory, map_bytes);
}

template <unsigned kOrders, class Map>
Result<void> BuddyAllocator<kOrders, Map>::AddRegion(void* start,
                                                     std::size_t region_bytes,
                                                     void* map_memory,
                                                     std::size_t map_bytes) {
  const Address low = AddressOf(start);
  if (start == nullptr || region_bytes > UINTPTR_MAX - low ||
      region_bytes < kUnitBytes) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  const Span span{AlignUp(low, kUnitBytes),
                  AlignDown(low + region_bytes, kUnitBytes)};
  if (span.start >= span.end) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  RegionTable regions = regions_;
  if (const auto added = regions.Add(span); !added) return added;
  if (const auto added = map().Add(span, map_memory, map_bytes); !added) {
    return added;
  }
  regions_ = regions;
  Poison(PointerTo(span.start), span.bytes());
  total_bytes_ += span.bytes();
  free_.Carve(span);
  return {};
}

template <unsigned kOrders, class Map>
constexpr std::size_t BuddyAllocator<kOrders, Map>::BlockBytes(Layout layout) {
  return Lists::BytesOf(OrderOf(layout));
}

template <unsigned kOrders, class Map>
[[gnu::noinline]] Result<void*> BuddyAllocator<kOrders, Map>::Allocate(
    Layout layout) {
  const unsigned wanted = OrderOf(layout);
  if (Lists::BytesOf(wanted) > AvailableBytes()) {
    return std::unexpected(AllocError::kNoMemory);
  }
  void* const block = free_.Take(wanted, Owner());
  if (block == nullptr) return std::unexpected(AllocError::kNoMemory);
  allocated_bytes_ += Lists::BytesOf(wanted);
  requested_bytes_ += layout.size_bytes();
  Unpoison(block, layout.size_bytes());
  return block;
}

template <unsigned kOrders, class Map>
[[gnu::noinline]] Result<void> BuddyAllocator<kOrders, Map>::Deallocate(
    void* block, Layout layout) {
  if (const auto sound = Check(block, layout); !sound) return sound;
  const unsigned order = OrderOf(layout);
  if (!free_.Give(block, order, AvailableBytes())) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  allocated_bytes_ -= Lists::BytesOf(order);
  Forget(layout);
  Poison(block, Lists::BytesOf(order));
  return {};
}

template <unsigned kOrders, class Map>
Result<void> BuddyAllocator<kOrders, Map>::Resize(void* block,
                                                  Layout old_layout,
                                                  Layout new_layout) {
  if (const auto sound = Check(block, old_layout); !sound) return sound;
  const unsigned order = OrderOf(old_layout);
  const unsigned wanted = OrderOf(new_layout);
  // Of these two, one has nothing to do.
  if (!free_.Grow(block, order, wanted, AvailableBytes())) {
    return std::unexpected(AllocError::kNoMemory);
  }
  free_.Shrink(block, order, wanted);
  allocated_bytes_ += Lists::BytesOf(wanted) - Lists::BytesOf(order);
  Forget(old_layout);
  requested_bytes_ += new_layout.size_bytes();
  Poison(block, Lists::BytesOf(std::max(order, wanted)));
  Unpoison(block, new_layout.size_bytes());
  return {};
}

// Makes the checks of Deallocate that do not walk a list.
template <unsigned kOrders, class Map>
Result<void> BuddyAllocator<kOrders, Map>::Check(void* block,
                                                 Layout layout) const {
  const unsigned order = OrderOf(layout);
  if (block == nullptr || order >= kOrders) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  const std::size_t block_bytes = Lists::BytesOf(order);
  if (!Owns(block, block_bytes)) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  if (!IsAligned(AddressOf(block), block_bytes)) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  if (allocated_bytes_ < block_bytes ||
      (!Map::kIsMapped && requested_bytes_ < layout.size_bytes()) ||
      (layout.size_bytes() != 0 && IsPoisoned(block)) ||
      !free_.IsUsed(block, order, AvailableBytes())) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  return {};
}

template <unsigned kOrders, class Map>
bool BuddyAllocator<kOrders, Map>::Owns(const void* start,
                                        std::size_t bytes) const {
  const Address low = AddressOf(start);
  return bytes <= UINTPTR_MAX - low && regions_.Contains({low, low + bytes});
}

template <unsigned kOrders, class Map>
const char* BuddyAllocator<kOrders, Map>::Audit() const {
  if (const char* broken = regions_.Audit()) return broken;
  std::size_t region_bytes = 0;
  for (const Span region : regions_.regions()) region_bytes += region.bytes();
  if (region_bytes != total_bytes_) return "buddy.total";
  if (requested_bytes_ > allocated_bytes_) return "buddy.requested";
  std::size_t free_bytes = 0;
  const char* const broken = free_.Audit(Owner(), free_bytes);
  if (broken != nullptr) return broken;
  if (free_bytes != total_bytes_ - allocated_bytes_) return "buddy.conserved";
  if constexpr (Map::kIsMapped) {
    std::size_t tagged_free = 0;
    if (const char* at = map().Audit(regions_.regions(), tagged_free)) {
      return at;
    }
    if (tagged_free != free_bytes) return "map.free";
  }
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BUDDY_ALLOCATOR_H_
