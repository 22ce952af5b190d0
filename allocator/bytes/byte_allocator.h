#ifndef LOCKSTEP_ALLOCATOR_BYTES_BYTE_ALLOCATOR_H_
#define LOCKSTEP_ALLOCATOR_BYTES_BYTE_ALLOCATOR_H_

// The concept of a byte allocator, so that one can be swapped for another, and
// the byte allocators of this library.
//   Units      bytes.
//   Errors     before Init, every other operation returns kInvalidParam, and
//              the statistics are zero. A second Init returns kInvalidParam.
//              After Init, Allocate returns kNoMemory, whatever the reason, and
//              the other operations return the errors of the allocator inside.
//   Undetected see the allocator inside.
//   After      base.rs, slab.rs and buddy.rs of the crate `allocator`, which
//              panics where this returns kInvalidParam.

#include <concepts>
#include <cstddef>
#include <optional>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/heap.h"

namespace lockstep {

template <class A>
concept BaseAllocator = requires(A allocator, void* start, std::size_t bytes) {
  { allocator.Init(start, bytes) } -> std::same_as<Result<void>>;
  { allocator.AddMemory(start, bytes) } -> std::same_as<Result<void>>;
};

template <class A>
concept ByteAllocator =
    BaseAllocator<A> &&
    requires(A allocator, const A& looked_at, void* block, Layout layout) {
      { allocator.Allocate(layout) } -> std::same_as<Result<void*>>;
      { allocator.Deallocate(block, layout) } -> std::same_as<Result<void>>;
      { looked_at.TotalBytes() } -> std::same_as<std::size_t>;
      { looked_at.UsedBytes() } -> std::same_as<std::size_t>;
      { looked_at.AvailableBytes() } -> std::same_as<std::size_t>;
    };

// Is constructed empty; Init makes the allocator inside. An Init that fails
// leaves it empty.
template <class Inner>
class TwoPhaseAllocator {
 public:
  // 0 where the allocator inside takes no map.
  static constexpr std::size_t MapBytesFor(std::size_t region_bytes) {
    return Inner::MapBytesFor(region_bytes);
  }

  // Where it takes a map, without memory for it both are kInvalidParam.
  Result<void> Init(void* start, std::size_t region_bytes,
                    void* map_memory = nullptr, std::size_t map_bytes = 0);
  Result<void> AddMemory(void* start, std::size_t region_bytes,
                         void* map_memory = nullptr, std::size_t map_bytes = 0);
  Result<void*> Allocate(Layout layout);
  Result<void> Deallocate(void* block, Layout layout);
  Result<void> Resize(void* block, Layout old_layout, Layout new_layout);

  std::size_t TotalBytes() const { return inner_ ? inner_->TotalBytes() : 0; }
  std::size_t UsedBytes() const { return inner_ ? inner_->UsedBytes() : 0; }
  std::size_t AvailableBytes() const { return TotalBytes() - UsedBytes(); }

  // See MappedHeap.
  std::size_t Trim()
    requires requires(Inner inner) { inner.Trim(); }
  {
    return inner_ ? inner_->Trim() : 0;
  }

  const char* Audit() const { return inner_ ? inner_->Audit() : nullptr; }

 private:
  std::optional<Inner> inner_;
};

using SlabByteAllocator = TwoPhaseAllocator<Heap>;
using BuddyByteAllocator = TwoPhaseAllocator<BuddyAllocator<>>;
// Refuses misuse at any time: see MappedHeap.
using MappedByteAllocator = TwoPhaseAllocator<MappedHeap>;

static_assert(ByteAllocator<SlabByteAllocator>);
static_assert(ByteAllocator<BuddyByteAllocator>);
static_assert(ByteAllocator<MappedByteAllocator>);

template <class Inner>
Result<void> TwoPhaseAllocator<Inner>::Init(void* start,
                                            std::size_t region_bytes,
                                            void* map_memory,
                                            std::size_t map_bytes) {
  if (inner_) return std::unexpected(AllocError::kInvalidParam);
  const auto made =
      inner_.emplace().Init(start, region_bytes, map_memory, map_bytes);
  if (!made) inner_.reset();
  return made;
}

template <class Inner>
Result<void> TwoPhaseAllocator<Inner>::AddMemory(void* start,
                                                 std::size_t region_bytes,
                                                 void* map_memory,
                                                 std::size_t map_bytes) {
  if (!inner_) return std::unexpected(AllocError::kInvalidParam);
  return inner_->AddRegion(start, region_bytes, map_memory, map_bytes);
}

template <class Inner>
Result<void*> TwoPhaseAllocator<Inner>::Allocate(Layout layout) {
  if (!inner_) return std::unexpected(AllocError::kInvalidParam);
  const auto block = inner_->Allocate(layout);
  if (!block) return std::unexpected(AllocError::kNoMemory);
  return block;
}

template <class Inner>
Result<void> TwoPhaseAllocator<Inner>::Deallocate(void* block, Layout layout) {
  if (!inner_) return std::unexpected(AllocError::kInvalidParam);
  return inner_->Deallocate(block, layout);
}

template <class Inner>
Result<void> TwoPhaseAllocator<Inner>::Resize(void* block, Layout old_layout,
                                              Layout new_layout) {
  if (!inner_) return std::unexpected(AllocError::kInvalidParam);
  return inner_->Resize(block, old_layout, new_layout);
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_BYTE_ALLOCATOR_H_
