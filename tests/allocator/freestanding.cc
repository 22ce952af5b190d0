// Every template of the allocator, for freestanding_test to look at what the
// compiler makes of them.

#include <span>

#include "allocator/buddy_allocator.h"
#include "allocator/byte_allocator.h"
#include "allocator/heap.cc"  // NOLINT(bugprone-suspicious-include)
#include "allocator/heap.h"
#include "allocator/lock.h"
#include "allocator/slab.h"
#include "allocator/slab_cache.h"
#include "allocator/slab_provider.h"

namespace lockstep {

struct Object {
  void* link;
};

using BuddyProvider = AllocatorProvider<BuddyByteAllocator>;
using BuddyCache = SlabCache<Object, SpinLock, 4096, BuddyProvider>;

template class BuddyAllocator<>;
template class BuddyAllocator<6>;
template class TwoPhaseAllocator<Heap>;
template class TwoPhaseAllocator<BuddyAllocator<>>;
template class Locked<SlabByteAllocator, SpinLock>;
template class Locked<BuddyByteAllocator, NoLock>;
template class SlabCache<Object>;
template class SlabCache<Object, SpinLock, 4096, BuddyProvider>;

// Templates of their own.
template auto BuddyCache::Allocate<>() -> CacheResult<Box>;
template auto BuddyCache::AllocateMany<>(std::span<Box>) -> CacheResult<void>;

}  // namespace lockstep
