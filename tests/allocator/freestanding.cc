// Every template of the allocator, for freestanding_test to look at what the
// compiler makes of them.

#include "allocator/buddy_allocator.h"
#include "allocator/byte_allocator.h"
#include "allocator/heap.cc"  // NOLINT(bugprone-suspicious-include)
#include "allocator/heap.h"
#include "allocator/lock.h"
#include "allocator/slab.h"

namespace lockstep {

template class BuddyAllocator<>;
template class BuddyAllocator<6>;
template class Slab<64>;
template class Slab<4096>;
template class TwoPhaseAllocator<Heap>;
template class TwoPhaseAllocator<BuddyAllocator<>>;
template class Locked<SlabByteAllocator, SpinLock>;
template class Locked<BuddyByteAllocator, NoLock>;

}  // namespace lockstep
