#include "allocator/bytes/heap.h"

#include <cstddef>

#include "allocator/base/address.h"

namespace lockstep {

template <class Map>
Result<void> BasicHeap<Map>::Init(void* start, std::size_t region_bytes,
                                  void* map_memory, std::size_t map_bytes) {
  if (!IsAligned(AddressOf(start), kPageBytes) ||
      region_bytes % kMinRegionBytes != 0) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  return buddy_.Init(start, region_bytes, map_memory, map_bytes);
}

template <class Map>
Result<void> BasicHeap<Map>::AddRegion(void* start, std::size_t region_bytes,
                                       void* map_memory,
                                       std::size_t map_bytes) {
  if (buddy_.TotalBytes() == 0 || !IsAligned(AddressOf(start), kPageBytes) ||
      region_bytes % kPageBytes != 0) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  return buddy_.AddRegion(start, region_bytes, map_memory, map_bytes);
}

template <class Map>
Result<void*> BasicHeap<Map>::Allocate(Layout layout) {
  if (!IsSmall(layout)) return buddy_.Allocate(layout);
  return SlabFor(layout).AllocateFitting(layout, buddy_);
}

template <class Map>
Result<void> BasicHeap<Map>::Deallocate(void* block, Layout layout) {
  if (!IsSmall(layout)) return buddy_.Deallocate(block, layout);
  return SlabFor(layout).DeallocateFitting(block, layout, buddy_);
}

template <class Map>
Result<void> BasicHeap<Map>::Resize(void* block, Layout old_layout,
                                    Layout new_layout) {
  Slab* const slab = IsSmall(old_layout) ? &SlabFor(old_layout) : nullptr;
  const Slab* const wanted =
      IsSmall(new_layout) ? &SlabFor(new_layout) : nullptr;
  if (slab == nullptr && wanted == nullptr) {
    return buddy_.Resize(block, old_layout, new_layout);
  }
  if (slab != wanted) {
    // Its own layout again, for the checks alone.
    const auto sound =
        slab == nullptr ? buddy_.Resize(block, old_layout, old_layout)
                        : slab->Resize(block, old_layout, old_layout, buddy_);
    if (!sound) return sound;
    return std::unexpected(AllocError::kNoMemory);
  }
  return slab->Resize(block, old_layout, new_layout, buddy_);
}

template <class Map>
BasicHeap<Map>::Usable BasicHeap<Map>::UsableBytes(Layout layout) {
  const std::size_t bytes = layout.size_bytes();
  const unsigned order = layout.BlockOrder(kSmallestSlabBytes);
  return {bytes, IsSmall(layout) ? std::size_t{1} << order : bytes};
}

template <class Map>
ByteStatistics BasicHeap<Map>::ReadStatistics() const {
  // Of the smallest size: each slab's blocks are twice as large as those of the
  // slab before.
  std::size_t blocks = 0;
  std::size_t used_blocks = 0;
  for (std::size_t i = kSlabs; i-- > 0;) {
    blocks = 2 * blocks + slabs_[i].total_blocks();
    used_blocks = 2 * used_blocks + slabs_[i].used_blocks();
  }
  const std::size_t total =
      SumAtMostMax(buddy_.TotalBytes(), blocks * kSmallestSlabBytes);
  // Counted once, so it is never more than the regions have.
  const std::size_t available =
      buddy_.AvailableBytes() + (blocks - used_blocks) * kSmallestSlabBytes;
  return {total, total - available, available};
}

template <class Map>
std::size_t BasicHeap<Map>::Trim()
  requires(Map::kIsMapped)
{
  std::size_t bytes = 0;
  for (Slab& slab : slabs_) bytes += slab.Trim(buddy_);
  return bytes;
}

template <class Map>
const char* BasicHeap<Map>::Audit() const {
  const char* broken = buddy_.Audit();
  std::size_t slab_bytes = 0;
  for (const Slab& slab : slabs_) {
    if (broken == nullptr) broken = slab.Audit(buddy_);
    slab_bytes += slab.total_blocks() * slab.block_bytes();
  }
  if (broken != nullptr) return broken;
  return slab_bytes <= buddy_.UsedBytes() ? nullptr : "heap.slabs";
}

template class BasicHeap<NoMap>;
template class BasicHeap<PageMap>;

}  // namespace lockstep
