#ifndef LOCKSTEP_ALLOCATOR_BYTES_BUDDY_ALLOCATOR_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BUDDY_ALLOCATOR_H_

// A binary buddy system over the regions that it is given, with one intrusive
// LIFO free list for each of its kOrders orders: see BuddyLists.
//   Units      bytes, except `order` (block = 1 << order). The smallest block
//              is the unit: one machine word.
//   Requires   regions that nobody else uses from AddRegion until the allocator
//              is no longer used. Not thread-safe: see Locked, over a
//              TwoPhaseAllocator of it.
//   Errors     AddRegion: kInvalidParam (null, past the end of the address
//              space, no whole unit), kMemoryOverlap, kNoMemory (more than
//              RegionTable::kMaxRegions apart).
//              Allocate: kNoMemory.
//              Deallocate: kInvalidParam (null, an order that does not exist, a
//              block not aligned to its size), kNotAllocated (outside every
//              region, more than is allocated, or found free: met on the walk
//              for its buddy, or within the block that heads a list).
//   Undetected a second free of a block that was merged into a larger one, or
//              is of the largest order, once that no longer heads its list; one
//              of a block behind its own buddy, where a region was added next
//              to it; a free with another size of the same order (Audit tells,
//              where the sums show it), or another layout for which address and
//              sums happen to be right; a write to free memory. Where a free
//              that is not detected has made a list cyclic, an assertion ends
//              what would hand out more than there is. AddressSanitizer detects
//              all but the third, of blocks of one byte or more.
//   Complexity Allocate O(kOrders); Deallocate O(kOrders + free blocks of the
//              orders it merges through); AddRegion O(kOrders + regions + blocks
//              of the largest order).
//   Invariant  free blocks are aligned to their size, inside a region, and with
//              the allocated bytes they add up to the total (Audit). That free
//              blocks do not overlap is not audited: it would need memory.
//   Sanitizers free memory is poisoned, also after the allocator's own end: a
//              client that then reuses a region otherwise unpoisons it.
//   After      buddy_system_allocator 0.10 and 0.11; Knuth, TAOCP 1, 2.5.

#include <algorithm>
#include <bit>
#include <cstddef>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/buddy_lists.h"
#include "allocator/bytes/free_list.h"
#include "allocator/bytes/region_table.h"

namespace lockstep {

template <unsigned kOrders = 32>
class BuddyAllocator {
 public:
  static constexpr std::size_t kUnitBytes = kBuddyUnitBytes;
  static_assert(kOrders > std::countr_zero(kUnitBytes) &&
                    kOrders <= sizeof(std::size_t) * 8,
                "kOrders: the largest block, 1 << (kOrders - 1), must be at "
                "least one machine word and fit into std::size_t");

  constexpr BuddyAllocator() = default;
  BuddyAllocator(const BuddyAllocator&) = delete;
  BuddyAllocator& operator=(const BuddyAllocator&) = delete;

  // AddRegion for the first region; kInvalidParam when there is one already.
  Result<void> Init(void* start, std::size_t region_bytes);

  // Both ends are rounded inward to whole units. Never merges with memory that
  // was added before; a later Deallocate does, where regions touch.
  Result<void> AddRegion(void* start, std::size_t region_bytes);

  // A block of BlockBytes(layout), aligned to that.
  Result<void*> Allocate(Layout layout);

  // `layout` is the one that the block was allocated with.
  Result<void> Deallocate(void* block, Layout layout);

  static constexpr std::size_t BlockBytes(Layout layout);

  // Whether a span lies inside the regions, allocated or not.
  bool Owns(const void* start, std::size_t bytes) const;

  // Total: carved from regions. Used: in allocated blocks. Requested: of those,
  // the bytes that were asked for.
  std::size_t TotalBytes() const { return total_bytes_; }
  std::size_t UsedBytes() const { return allocated_bytes_; }
  std::size_t AvailableBytes() const { return total_bytes_ - allocated_bytes_; }
  std::size_t RequestedBytes() const { return requested_bytes_; }

  // The name of the first broken invariant, or null. Ends on any list, and
  // reads nothing outside the regions.
  const char* Audit() const;

 private:
  using Lists = BuddyLists<kOrders>;

  static constexpr unsigned OrderOf(Layout layout) {
    return static_cast<unsigned>(std::countr_zero(BlockBytes(layout)));
  }

  Result<void> Check(void* block, Layout layout) const;

  Lists free_{};
  RegionTable regions_{};
  std::size_t total_bytes_ = 0;
  std::size_t allocated_bytes_ = 0;
  std::size_t requested_bytes_ = 0;
};

template <unsigned kOrders>
Result<void> BuddyAllocator<kOrders>::Init(void* start,
                                           std::size_t region_bytes) {
  if (total_bytes_ != 0) return std::unexpected(AllocError::kInvalidParam);
  return AddRegion(start, region_bytes);
}

template <unsigned kOrders>
Result<void> BuddyAllocator<kOrders>::AddRegion(void* start,
                                                std::size_t region_bytes) {
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
  if (const auto added = regions_.Add(span); !added) return added;
  Poison(PointerTo(span.start), span.bytes());
  total_bytes_ += span.bytes();
  free_.Carve(span);
  return {};
}

template <unsigned kOrders>
constexpr std::size_t BuddyAllocator<kOrders>::BlockBytes(Layout layout) {
  return std::max(
      {std::bit_ceil(layout.size_bytes()), layout.align_bytes(), kUnitBytes});
}

template <unsigned kOrders>
Result<void*> BuddyAllocator<kOrders>::Allocate(Layout layout) {
  const unsigned wanted = OrderOf(layout);
  void* const block = free_.Take(wanted);
  if (block == nullptr) return std::unexpected(AllocError::kNoMemory);
  allocated_bytes_ += Lists::BytesOf(wanted);
  requested_bytes_ += layout.size_bytes();
  Assert(IsAligned(AddressOf(block), Lists::BytesOf(wanted)),
         "a block is aligned to its size");
  Assert(allocated_bytes_ <= total_bytes_, "no more is allocated than exists");
  Unpoison(block, layout.size_bytes());
  return block;
}

template <unsigned kOrders>
Result<void> BuddyAllocator<kOrders>::Deallocate(void* block, Layout layout) {
  if (const auto sound = Check(block, layout); !sound) return sound;
  const unsigned order = OrderOf(layout);
  const FreeList::Place found = free_.FindBuddy(block, order, block);
  if (found.block == block) return std::unexpected(AllocError::kNotAllocated);
  allocated_bytes_ -= Lists::BytesOf(order);
  requested_bytes_ -= layout.size_bytes();
  Poison(block, Lists::BytesOf(order));
  free_.Merge(block, order, found);
  return {};
}

// Every refusal that needs no walk.
template <unsigned kOrders>
Result<void> BuddyAllocator<kOrders>::Check(void* block, Layout layout) const {
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
      requested_bytes_ < layout.size_bytes() ||
      (layout.size_bytes() != 0 && IsPoisoned(block)) ||
      free_.HeadsAList(block, order)) {
    return std::unexpected(AllocError::kNotAllocated);
  }
  return {};
}

template <unsigned kOrders>
bool BuddyAllocator<kOrders>::Owns(const void* start, std::size_t bytes) const {
  const Address low = AddressOf(start);
  return bytes <= UINTPTR_MAX - low && regions_.Contains({low, low + bytes});
}

template <unsigned kOrders>
const char* BuddyAllocator<kOrders>::Audit() const {
  if (const char* broken = regions_.Audit()) return broken;
  std::size_t region_bytes = 0;
  for (const Span region : regions_.regions()) region_bytes += region.bytes();
  if (region_bytes != total_bytes_) return "buddy.total";
  if (requested_bytes_ > allocated_bytes_) return "buddy.requested";
  std::size_t free_bytes = 0;
  const auto owns = [this](const void* block, std::size_t block_bytes) {
    return Owns(block, block_bytes);
  };
  const char* const broken = free_.Audit(owns, free_bytes);
  if (broken != nullptr) return broken;
  if (free_bytes != total_bytes_ - allocated_bytes_) return "buddy.conserved";
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BUDDY_ALLOCATOR_H_
