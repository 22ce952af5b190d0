#ifndef LOCKSTEP_ALLOCATOR_STD_SLAB_CACHE_ALLOCATOR_H_
#define LOCKSTEP_ALLOCATOR_STD_SLAB_CACHE_ALLOCATOR_H_

// An allocator for the containers of the standard library, above all for those
// of nodes (std::list, std::map, std::set): one object comes from a SlabCache
// of its own type, which the first allocation creates; arrays come from the
// provider itself. Hosted.
//   Requires   a complete T; a Provider that is empty or can be compared, and
//              outlives every container.
//   Errors     allocate: std::bad_array_new_length, std::bad_alloc. deallocate
//              cannot return an error and must not throw, so there a client's
//              mistake ends the program: see assert.h.
//   Complexity as SlabCache; arrays: as the provider.
//   Sharing    copies share their cache, once they have one. Allocators of
//              other types share the provider. Any allocator frees what an
//              equal one allocated: an object finds its slab without a cache.
//   Leaks      where libstdc++ forgets to destroy the allocator in a node
//              handle that is inserted (PR 114401; 12 does), its family stays.

#include <concepts>
#include <cstddef>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

#include "allocator/base/address.h"
#include "allocator/base/assert.h"
#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/objects/slab_cache.h"
#include "allocator/objects/slab_provider.h"

namespace lockstep {

template <class T, Lockable Lock = SpinLock, std::size_t kSlabBytes = 4096,
          SlabProvider Provider = HookProvider>
  requires std::is_empty_v<Provider> || std::equality_comparable<Provider>
class SlabCacheAllocator {
 public:
  using value_type = T;
  // NOLINTBEGIN(readability-identifier-naming): names of the standard.
  using propagate_on_container_copy_assignment = std::true_type;
  using propagate_on_container_move_assignment = std::true_type;
  using propagate_on_container_swap = std::true_type;
  using is_always_equal = std::is_empty<Provider>;
  // NOLINTEND(readability-identifier-naming)

  template <class U>
  struct rebind {  // NOLINT(readability-identifier-naming): the standard's.
    using other = SlabCacheAllocator<U, Lock, kSlabBytes, Provider>;
  };

  SlabCacheAllocator()
    requires std::default_initializable<Provider>
  = default;
  explicit SlabCacheAllocator(Provider provider) : provider_(provider) {}
  // Not moved: what is moved from must equal what it was.
  SlabCacheAllocator(const SlabCacheAllocator&) = default;
  SlabCacheAllocator& operator=(const SlabCacheAllocator&) = default;
  // NOLINTNEXTLINE(google-explicit-constructor): the standard says implicit.
  template <class U>
  SlabCacheAllocator(
      const SlabCacheAllocator<U, Lock, kSlabBytes, Provider>& other) noexcept
      : provider_(other.provider()) {}

  [[nodiscard]] T* allocate(std::size_t count);
  void deallocate(T* first, std::size_t count) noexcept;

  Provider provider() const { return provider_; }

  template <class U>
  bool operator==(
      const SlabCacheAllocator<U, Lock, kSlabBytes, Provider>& other) const {
    if constexpr (std::is_empty_v<Provider>) {
      return true;
    } else {
      return provider_ == other.provider();
    }
  }

 private:
  // Memory for a T, of what a slot must be at least.
  struct Slot {
    // User-provided: nothing is to be zeroed.
    Slot() {}  // NOLINT(modernize-use-equals-default)
    alignas(T) alignas(4) std::byte bytes[sizeof(T)];
  };
  using Cache = SlabCache<Slot, Lock, kSlabBytes, Provider>;

  T* AllocateOne();
  T* AllocateArray(Layout layout);

  std::optional<Cache> cache_;
  [[no_unique_address]] Provider provider_{};
};

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
  requires std::is_empty_v<Provider> || std::equality_comparable<Provider>
T* SlabCacheAllocator<T, Lock, kSlabBytes, Provider>::allocate(
    std::size_t count) {
  if (count <= 1) return AllocateOne();
  std::size_t bytes = 0;
  if (__builtin_mul_overflow(count, sizeof(T), &bytes)) {
    throw std::bad_array_new_length();
  }
  const auto layout = Layout::Make(bytes, alignof(T));
  if (!layout) throw std::bad_array_new_length();
  return AllocateArray(*layout);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
  requires std::is_empty_v<Provider> || std::equality_comparable<Provider>
T* SlabCacheAllocator<T, Lock, kSlabBytes, Provider>::AllocateOne() {
  if (!cache_) {
    auto created = Cache::Create(provider_);
    if (!created) throw std::bad_alloc();
    cache_ = *std::move(created);
  }
  auto box = cache_->Allocate();
  if (!box) throw std::bad_alloc();
  return reinterpret_cast<T*>(box->release());
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
  requires std::is_empty_v<Provider> || std::equality_comparable<Provider>
T* SlabCacheAllocator<T, Lock, kSlabBytes, Provider>::AllocateArray(
    Layout layout) {
  void* const array = provider_.Allocate(layout);
  if (array == nullptr) throw std::bad_alloc();
  if (!IsAligned(AddressOf(array), layout.align_bytes())) {
    // If the provider does not take it back either, it is out of our hands.
    static_cast<void>(provider_.Free(array, layout));
    throw std::bad_alloc();
  }
  return static_cast<T*>(array);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
  requires std::is_empty_v<Provider> || std::equality_comparable<Provider>
void SlabCacheAllocator<T, Lock, kSlabBytes, Provider>::deallocate(
    T* first, std::size_t count) noexcept {
  if (count <= 1) {
    const auto freed =
        Cache::Box::FromRaw(reinterpret_cast<Slot*>(first)).Free();
    Assert(freed.has_value(), "an object that is freed was allocated so");
    return;
  }
  const auto layout = Layout::Make(count * sizeof(T), alignof(T));
  Assert(layout.has_value(), "an array is freed with the count it has");
  const bool is_back = provider_.Free(first, *layout);
  Assert(is_back, "an array that is freed was allocated here");
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_STD_SLAB_CACHE_ALLOCATOR_H_
