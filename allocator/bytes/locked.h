#ifndef LOCKSTEP_ALLOCATOR_BYTES_LOCKED_H_
#define LOCKSTEP_ALLOCATOR_BYTES_LOCKED_H_

// A byte allocator that threads can share: every operation holds its one lock.
//   Requires   that no operation is called by a thread that holds the lock.
//   Complexity as the allocator inside, once the lock is taken.

#include <cstddef>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/byte_statistics.h"

namespace lockstep {

template <ByteAllocator Allocator, Lockable Lock>
class Locked {
 public:
  // What a region takes for a map, where the allocator takes one.
  static constexpr std::size_t MapBytesFor(std::size_t region_bytes)
    requires requires { Allocator::MapBytesFor(region_bytes); }
  {
    return Allocator::MapBytesFor(region_bytes);
  }
  // `map...`: the memory for a map, and its bytes, where it takes one.
  template <class... Map>
  Result<void> Init(void* start, std::size_t region_bytes, Map... map) {
    const LockGuard guard(lock_);
    return allocator_.Init(start, region_bytes, map...);
  }
  template <class... Map>
  Result<void> AddMemory(void* start, std::size_t region_bytes, Map... map) {
    const LockGuard guard(lock_);
    return allocator_.AddMemory(start, region_bytes, map...);
  }
  Result<void*> Allocate(Layout layout) {
    const LockGuard guard(lock_);
    return allocator_.Allocate(layout);
  }
  Result<void> Deallocate(void* block, Layout layout) {
    const LockGuard guard(lock_);
    return allocator_.Deallocate(block, layout);
  }
  Result<void> Resize(void* block, Layout old_layout, Layout new_layout)
    requires requires(Allocator inner) {
      inner.Resize(block, old_layout, new_layout);
    }
  {
    const LockGuard guard(lock_);
    return allocator_.Resize(block, old_layout, new_layout);
  }
  std::size_t Trim()
    requires requires(Allocator inner) { inner.Trim(); }
  {
    const LockGuard guard(lock_);
    return allocator_.Trim();
  }
  std::size_t TotalBytes() const {
    const LockGuard guard(lock_);
    return allocator_.TotalBytes();
  }
  std::size_t UsedBytes() const {
    const LockGuard guard(lock_);
    return allocator_.UsedBytes();
  }
  std::size_t AvailableBytes() const {
    const LockGuard guard(lock_);
    return allocator_.AvailableBytes();
  }
  // All three of one moment, which those above are not.
  ByteStatistics ReadStatistics() const {
    const LockGuard guard(lock_);
    return {allocator_.TotalBytes(), allocator_.UsedBytes(),
            allocator_.AvailableBytes()};
  }
  const char* Audit() const {
    const LockGuard guard(lock_);
    return allocator_.Audit();
  }

 private:
  mutable Lock lock_{};
  Allocator allocator_{};
};

static_assert(ByteAllocator<Locked<SlabByteAllocator, SpinLock>>);

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_LOCKED_H_
