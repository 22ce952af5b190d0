#include <cstddef>
#include <expected>
#include <memory_resource>
#include <new>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/locked.h"
#include "allocator/std/memory_resource.h"
#include "lockstep/port.h"
#include "ports/cpp_port.h"
#include "ports/own_map.h"
#include "ports/shared/tables.h"

namespace lockstep::suite {
namespace {

using LockedHeap = Locked<SlabByteAllocator, SpinLock>;
using LockedMappedHeap = WithOwnMap<Locked<MappedByteAllocator, SpinLock>>;

// As the containers of the standard library use it. It ends the program where the
// heap returns an error of a free.
class ResourceHeap {
 public:
  Result<void> Init(void* start, std::size_t bytes) {
    return heap_.Init(start, bytes);
  }
  Result<void> AddMemory(void* start, std::size_t bytes) {
    return heap_.AddMemory(start, bytes);
  }
  Result<void*> Allocate(Layout layout) {
    try {
      return memory().allocate(layout.size_bytes(), layout.align_bytes());
    } catch (const std::bad_alloc&) {
      return std::unexpected(AllocError::kNoMemory);
    }
  }
  Result<void> Deallocate(void* block, Layout layout) {
    memory().deallocate(block, layout.size_bytes(), layout.align_bytes());
    return {};
  }
  ByteStatistics ReadStatistics() const { return heap_.ReadStatistics(); }
  const char* Audit() const { return heap_.Audit(); }

 private:
  std::pmr::memory_resource& memory() { return resource_; }

  LockedHeap heap_;
  MemoryResource<LockedHeap> resource_{heap_};
};

template <class Allocator>
constexpr lockstep_port LockedPort(const char* name, const char* summary,
                                   const char* placement) {
  auto port = CppPort<Allocator>::Table(name, summary);
  port.placement = placement;
  port.capabilities |= LOCKSTEP_DETECTS_USE_BEFORE_INIT | LOCKSTEP_THREAD_SAFE;
  port.region_align_bytes = Heap::kPageBytes;
  port.init_granule_bytes = Heap::kMinRegionBytes;
  return port;
}

// The maps lie outside the state.
constexpr lockstep_port HeapMappedLocked() {
  auto port = LockedPort<LockedMappedHeap>(
      "heap_mapped_locked", "heap_mapped behind a lock", "slab_byte");
  port.capabilities |=
      LOCKSTEP_DETECTS_FREE_AGAIN | LOCKSTEP_DETECTS_OTHER_LAYOUT;
  port.capabilities &= ~LOCKSTEP_SNAPSHOTS;
  return port;
}

// It promises nothing of misuse of a free, which ends the program.
constexpr lockstep_port HeapResource() {
  auto port = LockedPort<ResourceHeap>(
      "heap_resource", "a std::pmr::memory_resource over heap_locked",
      "slab_byte");
  port.capabilities &=
      ~(LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN |
        LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE |
        LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_USE_BEFORE_INIT);
  return port;
}

}  // namespace

constexpr lockstep_port kHeapLockedPort = LockedPort<LockedHeap>(
    "heap_locked", "slab_byte behind a lock", "slab_byte");
constexpr lockstep_port kHeapMappedLockedPort = HeapMappedLocked();
constexpr lockstep_port kHeapResourcePort = HeapResource();

}  // namespace lockstep::suite
