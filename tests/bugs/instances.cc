// Every template of allocator/, instantiated: what the compiler does not take
// of a mutant, it says here.

#include <cstddef>
#include <span>

#include "allocator/base/lock.h"
#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/locked.h"
#include "allocator/bytes/reallocate.h"
#include "allocator/bytes/slab.h"
#include "allocator/objects/slab_cache.h"
#include "allocator/objects/slab_provider.h"
#include "allocator/std/memory_resource.h"
#include "allocator/std/memory_resource_provider.h"
#include "allocator/std/slab_cache_allocator.h"

namespace lockstep {
namespace {

struct Plain {
  explicit Plain(int value) : number(value) {}
  int number;
};

struct Owning {
  explicit Owning(int value) : number(value) {}
  ~Owning() { number = 0; }
  int number;
};

}  // namespace

template class BuddyAllocator<6>;
template class BuddyAllocator<32>;
template class BuddyAllocator<32, UnitMap>;
template class BuddyAllocator<32, PageMap>;
template class BasicSlab<NoMap>;
template class BasicSlab<PageMap>;
template Result<void*> Reallocate(BuddyAllocator<6>& allocator, void* block,
                                  Layout old_layout, Layout new_layout);
template Result<void*> Reallocate(Heap& allocator, void* block,
                                  Layout old_layout, Layout new_layout);
template class TwoPhaseAllocator<Heap>;
template class TwoPhaseAllocator<BuddyAllocator<>>;
template class Locked<SlabByteAllocator, SpinLock>;
template class Locked<BuddyByteAllocator, NoLock>;
template class MemoryResource<SlabByteAllocator>;
template class SlabCache<Plain>;
template class SlabCache<Owning, NoLock, 8192, MemoryResourceProvider>;
template class SlabCache<Owning, SpinLock, 4096, AllocatorProvider<Heap>>;
template class SlabBox<Plain, SpinLock, 4096, HookProvider>;
template class SlabBox<Owning, NoLock, 8192, MemoryResourceProvider>;
template class SlabCacheAllocator<int>;
template class SlabCacheAllocator<double, NoLock, 8192, MemoryResourceProvider>;

namespace {

template <class Cache>
bool Use(Cache& cache) {
  const auto box = cache.Allocate(1);
  return box.has_value() &&
         cache.AllocateMany(std::span<typename Cache::Box>(), 1).has_value();
}

[[maybe_unused]] bool UseAll(
    SlabCache<Plain>& one,
    SlabCache<Owning, NoLock, 8192, MemoryResourceProvider>& other,
    const SlabCacheAllocator<int>& ints,
    const SlabCacheAllocator<double, NoLock, 8192, MemoryResourceProvider>&
        doubles) {
  return Use(one) && Use(other) && Layout::Of<int>().size_bytes() > 0 &&
         ints == SlabCacheAllocator<long>(ints) && doubles == doubles;
}

}  // namespace
}  // namespace lockstep
