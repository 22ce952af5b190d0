#include "allocator/heap.h"

#include <algorithm>
#include <bit>
#include <cstddef>

#include "allocator/address.h"
#include "allocator/assert.h"

namespace lockstep {

template <class Self, class Use>
auto Heap::WithSlab(Self& self, std::size_t block_bytes, Use use) {
  switch (block_bytes) {
    case 64:
      return use(self.slab_64_);
    case 128:
      return use(self.slab_128_);
    case 256:
      return use(self.slab_256_);
    case 512:
      return use(self.slab_512_);
    case 1024:
      return use(self.slab_1024_);
    case 2048:
      return use(self.slab_2048_);
    default:
      Assert(block_bytes == kLargestSlabBytes, "there is a slab of that size");
      return use(self.slab_4096_);
  }
}

template <class Use>
void Heap::ForEachSlab(Use use) const {
  for (std::size_t bytes = 64; bytes <= kLargestSlabBytes; bytes *= 2) {
    WithSlab(*this, bytes, [&](const auto& slab) { use(slab, bytes); });
  }
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
                std::size_t{64}});
  return block_bytes <= kLargestSlabBytes ? block_bytes : 0;
}

Result<void*> Heap::Allocate(Layout layout) {
  const std::size_t block_bytes = SlabBytesFor(layout);
  if (block_bytes == 0) return buddy_.Allocate(layout);
  return WithSlab(*this, block_bytes,
                  [&](auto& slab) { return slab.Allocate(layout, buddy_); });
}

Result<void> Heap::Deallocate(void* block, Layout layout) {
  const std::size_t block_bytes = SlabBytesFor(layout);
  if (block_bytes == 0) return buddy_.Deallocate(block, layout);
  return WithSlab(*this, block_bytes, [&](auto& slab) {
    return slab.Deallocate(block, layout, buddy_);
  });
}

Heap::Usable Heap::UsableBytes(Layout layout) {
  const std::size_t block_bytes = SlabBytesFor(layout);
  return {layout.size_bytes(), std::max(layout.size_bytes(), block_bytes)};
}

std::size_t Heap::TotalBytes() const {
  std::size_t total = buddy_.TotalBytes();
  ForEachSlab([&](const auto& slab, std::size_t block_bytes) {
    total += slab.total_blocks() * block_bytes;
  });
  return total;
}

std::size_t Heap::UsedBytes() const {
  std::size_t used = buddy_.UsedBytes();
  ForEachSlab([&](const auto& slab, std::size_t block_bytes) {
    used += slab.used_blocks() * block_bytes;
  });
  return used;
}

std::size_t Heap::AvailableBytes() const { return TotalBytes() - UsedBytes(); }

const char* Heap::Audit() const {
  const char* broken = buddy_.Audit();
  std::size_t slab_bytes = 0;
  ForEachSlab([&](const auto& slab, std::size_t block_bytes) {
    if (broken == nullptr) broken = slab.Audit(buddy_);
    slab_bytes += slab.total_blocks() * block_bytes;
  });
  if (broken != nullptr) return broken;
  return slab_bytes <= buddy_.UsedBytes() ? nullptr : "heap.slabs";
}

}  // namespace lockstep
