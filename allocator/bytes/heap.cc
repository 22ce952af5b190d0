#include "allocator/bytes/heap.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"

namespace lockstep {

Slab& Heap::SlabOf(std::size_t block_bytes) {
  const auto index = static_cast<std::size_t>(
      std::countr_zero(block_bytes / kSmallestSlabBytes));
  Assert(index < slabs_.size(), "a slab is asked for that there is");
  Slab& slab = slabs_[index];
  Assert(slab.block_bytes() == block_bytes, "there is a slab of that size");
  return slab;
}

Result<void> Heap::Init(void* start, std::size_t region_bytes) {
  if (!IsAligned(AddressOf(start), kPageBytes) ||
      region_bytes % kMinRegionBytes != 0) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  return buddy_.Init(start, region_bytes);
}

Result<void> Heap::AddRegion(void* start, std::size_t region_bytes) {
  if (buddy_.TotalBytes() == 0 || !IsAligned(AddressOf(start), kPageBytes) ||
      region_bytes % kPageBytes != 0) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  return buddy_.AddRegion(start, region_bytes);
}

std::size_t Heap::SlabBytesFor(Layout layout) {
  const std::size_t block_bytes =
      std::max({std::bit_ceil(layout.size_bytes()), layout.align_bytes(),
                kSmallestSlabBytes});
  return block_bytes <= kLargestSlabBytes ? block_bytes : 0;
}

Result<void*> Heap::Allocate(Layout layout) {
  const std::size_t block_bytes = SlabBytesFor(layout);
  if (block_bytes == 0) return buddy_.Allocate(layout);
  return SlabOf(block_bytes).Allocate(layout, buddy_);
}

Result<void> Heap::Deallocate(void* block, Layout layout) {
  const std::size_t block_bytes = SlabBytesFor(layout);
  if (block_bytes == 0) return buddy_.Deallocate(block, layout);
  return SlabOf(block_bytes).Deallocate(block, layout, buddy_);
}

Heap::Usable Heap::UsableBytes(Layout layout) {
  const std::size_t block_bytes = SlabBytesFor(layout);
  return {layout.size_bytes(), std::max(layout.size_bytes(), block_bytes)};
}

std::size_t Heap::TotalBytes() const {
  std::size_t total = buddy_.TotalBytes();
  for (const Slab& slab : slabs_) {
    total += slab.total_blocks() * slab.block_bytes();
  }
  return total;
}

std::size_t Heap::UsedBytes() const {
  std::size_t used = buddy_.UsedBytes();
  for (const Slab& slab : slabs_) {
    used += slab.used_blocks() * slab.block_bytes();
  }
  return used;
}

std::size_t Heap::AvailableBytes() const { return TotalBytes() - UsedBytes(); }

const char* Heap::Audit() const {
  const char* broken = buddy_.Audit();
  std::size_t slab_bytes = 0;
  for (const Slab& slab : slabs_) {
    if (broken == nullptr) broken = slab.Audit(buddy_);
    slab_bytes += slab.total_blocks() * slab.block_bytes();
  }
  if (broken != nullptr) return broken;
  return slab_bytes <= buddy_.UsedBytes() ? nullptr : "heap.slabs";
}

}  // namespace lockstep
