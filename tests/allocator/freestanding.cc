// Every template of the allocator, for freestanding_test to look at what the
// compiler makes of them.

#include <span>

#include "allocator/base/lock.h"
#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.cc"  // NOLINT(bugprone-suspicious-include)
#include "allocator/bytes/heap.h"
#include "allocator/bytes/locked.h"
#include "allocator/bytes/slab.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/slab_cache.h"
#include "allocator/objects/slab_provider.h"

namespace lockstep {

struct Object {
  void* link;
};

using BuddyProvider = AllocatorProvider<BuddyByteAllocator>;
using BuddyCache = SlabCache<Object, SpinLock, 4096, BuddyProvider>;

template class BuddyAllocator<>;
template class BuddyAllocator<6>;
template class BuddyAllocator<32, BlockMap<8, UnitEntry>>;
template class TwoPhaseAllocator<Heap>;
template class TwoPhaseAllocator<BuddyAllocator<>>;
template class Locked<SlabByteAllocator, SpinLock>;
template class Locked<BuddyByteAllocator, NoLock>;
template class SlabCache<Object>;
template class SlabCache<Object, SpinLock, 4096, BuddyProvider>;
template class SlabCache<Object, NoLock, 4096, BuddyProvider, Unsealed>;

// Templates of their own.
template auto BuddyCache::Allocate<>() -> CacheResult<Box>;
template auto BuddyCache::AllocateMany<>(std::span<Box>) -> CacheResult<void>;

}  // namespace lockstep
