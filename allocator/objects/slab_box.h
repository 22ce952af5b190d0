#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOX_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOX_H_

// Owns one object of a SlabCache. A box is as large as a pointer, may outlive
// every handle, and may be destroyed on any thread.
//   Requires   that slab_cache.h is included where a box is used.
//   Errors     see CacheError, and Free. The destructor cannot return an error,
//              so it ends the program (see assert.h).
//   Complexity as SlabCache.

#include <cstddef>
#include <utility>

#include "allocator/base/assert.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/slab_provider.h"

namespace lockstep {

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
class SlabCache;

template <class T, class Lock, std::size_t kSlabBytes, class Provider,
          class Sealing = Sealed>
class [[nodiscard]] SlabBox {
 public:
  using Cache = SlabCache<T, Lock, kSlabBytes, Provider, Sealing>;

  SlabBox() = default;
  SlabBox(SlabBox&& other) noexcept : object_(other.release()) {}
  SlabBox& operator=(SlabBox&& other) noexcept {
    SlabBox(std::move(other)).swap(*this);
    return *this;
  }
  ~SlabBox() {
    if (object_ == nullptr) return;
    const auto freed = Free();
    Assert(freed.has_value(), "an object that is dropped can be freed");
  }

  T& operator*() const { return *object_; }
  T* operator->() const { return object_; }
  T* get() const { return object_; }
  explicit operator bool() const { return object_ != nullptr; }

  // The caller owns the object until it passes it to FromRaw.
  [[nodiscard]] T* release() { return std::exchange(object_, nullptr); }
  static SlabBox FromRaw(T* object) { return SlabBox(object); }
  void swap(SlabBox& other) noexcept { std::swap(object_, other.object_); }

  // Destroys the object. The box is empty afterwards, whatever is returned.
  // kInvalidPointer (also for an empty box), kAlignmentMismatch: nothing was
  // destroyed. kFatalError: see CacheError.
  CacheResult<void> Free() { return Cache::Free(release()); }

 private:
  friend Cache;
  explicit SlabBox(T* object) : object_(object) {}

  T* object_ = nullptr;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOX_H_
