#ifndef LOCKSTEP_BENCH_OURS_H_
#define LOCKSTEP_BENCH_OURS_H_

// Our allocators, as they take part.

#include <cstddef>
#include <cstdint>

#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/locked.h"
#include "allocator/objects/slab_cache.h"
#include "bench/contestant.h"

namespace lockstep::suite::bench {

template <class Allocator>
class Region {
 public:
  explicit Region(Memory memory, Memory map = {});
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);

  // What is live need not be freed before the end.
  static constexpr bool EndsWhole() { return true; }

 protected:
  Allocator allocator_;
};

using HeapOnly = Region<Heap>;

// The last eighth of the memory is for the map.
template <class Allocator>
class MappedRegion : public Region<Allocator> {
 public:
  explicit MappedRegion(Memory memory)
      : Region<Allocator>(memory.first(memory.size() / 8 * 7),
                          memory.last(memory.size() / 8)) {}
};

using MappedHeapOnly = MappedRegion<MappedHeap>;
using MappedBuddy = BuddyAllocator<32, UnitMap>;
using MappedBuddyOnly = MappedRegion<MappedBuddy>;

// To make so many free blocks with Deallocate would take time in their square:
// here they are added, one by one, none of them merged.
class Buddy : public Region<BuddyAllocator<>> {
 public:
  explicit Buddy(Memory memory)
      : Region(memory.first(memory.size() / 2)),
        rest_(memory.last(memory.size() / 2)) {}

  // An even number of objects, and one more, which is the next to be allocated
  // and can be merged with none of them.
  void AddHoles(std::size_t count);

 private:
  Memory rest_;
};

// Shared, so that it outlives a workload.
class LockedHeap : public Region<Locked<SlabByteAllocator, SpinLock>> {
 public:
  using Region::Region;
  static constexpr bool EndsWhole() { return false; }
};

struct SlabsFromMalloc {
  void* Allocate(Layout layout) const;
  bool Free(void* slab, Layout layout) const;
};

template <class Lock>
class Objects {
 public:
  explicit Objects(Memory /*memory*/) {}
  void* Allocate(std::size_t bytes, std::size_t align);
  void Deallocate(void* block, std::size_t bytes, std::size_t align);

 private:
  struct Object {
    Object() {}  // As the others hand it out: not cleared.
    std::uint64_t words[kObjectBytes / 8];
  };
  using Cache = SlabCache<Object, Lock, 4096, SlabsFromMalloc>;

  Cache cache_ = Cache::Create().value();
};

extern template class Region<BuddyAllocator<>>;
extern template class Region<Heap>;
extern template class Region<MappedBuddy>;
extern template class Region<MappedHeap>;
extern template class Region<Locked<SlabByteAllocator, SpinLock>>;
extern template class Objects<NoLock>;
extern template class Objects<SpinLock>;

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_OURS_H_
