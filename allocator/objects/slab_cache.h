#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_CACHE_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_CACHE_H_

// Objects of one type in slabs of kSlabBytes, for any number of threads. Any
// object finds its slab by masking its own address, so it can be freed
// anywhere, after every handle to the cache is gone.
//   Units      bytes, except slots and objects, which are counted.
//   Requires   a Provider whose memory outlives the last object and handle.
//   Errors     see CacheError. kFatalError may come from every method. Where a
//              destructor or a copy constructor meets one, it has nobody to
//              tell: a failed assertion. Free, Detach and Attach are for those
//              who want to know.
//   Undetected a second free once the slot was handed out again; an object of
//              another cache whose objects and slabs have the same sizes,
//              whatever its type, lock and provider; an address in memory that
//              cannot be read; a lock that was overwritten, for it is taken
//              before the header is believed; several bytes of a header
//              overwritten so that their changes cancel out in its seal, as
//              those of two equal words do. AddressSanitizer detects accesses to
//              freed objects; of those whose size is no multiple of 8, to most
//              of their bytes.
//   Complexity Allocate and Free O(1), but for a new slab: O(slots).
//   Invariant  see SlabFamily, which says when slabs come and go (Audit).
//   After      the crate attachable-slab-allocator, but that T is constructed
//              in place, and a second free detected.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>
#include <type_traits>
#include <utility>

#include "allocator/base/assert.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_box.h"
#include "allocator/objects/slab_boxes.h"
#include "allocator/objects/slab_family.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_provider.h"
#include "allocator/objects/slot_freeing.h"
#include "allocator/objects/slot_taking.h"

namespace lockstep {

template <class T, Lockable Lock = SpinLock, std::size_t kSlabBytes = 4096,
          SlabProvider Provider = HookProvider>
class SlabCache {
 public:
  using Box = SlabBox<T, Lock, kSlabBytes, Provider>;

  // kOutOfMemory, kAlignmentMismatch: no first slab.
  static CacheResult<SlabCache> Create(Provider provider = Provider());

  // Copies share the family; what was moved from refers to none, and then
  // every method returns kInvalidPointer.
  SlabCache(const SlabCache& other);
  SlabCache(SlabCache&& other) noexcept
      : master_(std::exchange(other.master_, nullptr)) {}
  SlabCache& operator=(SlabCache other) noexcept {
    std::swap(master_, other.master_);
    return *this;
  }
  ~SlabCache();

  // As the copy constructor and the destructor, with the error: kFatalError.
  CacheResult<SlabCache> Attach() const;
  CacheResult<void> Detach();

  // A T made of the arguments. kOutOfMemory, kAlignmentMismatch: a new slab was
  // needed; kFatalError. Should T's constructor throw, the slot is free again.
  template <class... Args>
  CacheResult<Box> Allocate(Args&&... args);

  // Fills all of the boxes, or none; under one lock, but for new slabs.
  // kInvalidPointer: a box is not empty. Else as Allocate.
  template <class... Args>
  CacheResult<void> AllocateMany(std::span<Box> boxes, const Args&... args);

  // Frees all of the boxes that it can, under one lock (or two, around the
  // destructors that T may have), and returns the last error: as Box::Free, and
  // kInvalidPointer for an object of another family. All boxes are empty then,
  // unless this handle was moved from.
  CacheResult<void> FreeMany(std::span<Box> boxes);

  // Gives back the slab that is kept in reserve.
  CacheResult<void> Trim();

  CacheResult<SlabCacheStatistics> ReadStatistics() const;

  // The name of the first broken invariant, or null.
  const char* Audit() const;

  static constexpr std::uint32_t slots_per_slab() { return kShape.slots; }

 private:
  friend Box;
  using Header = SlabHeader<Lock, Provider>;

  static_assert(
      std::has_single_bit(kSlabBytes),
      "kSlabBytes must be a power of two: a slab is found by masking");
  static_assert(sizeof(T) >= 4 && alignof(T) >= 4,
                "T must be of at least 4 bytes, aligned to at least 4: a free "
                "slot holds a 32-bit link; wrap T in a struct with alignas(4)");
  static_assert(sizeof(Lock) <= 16,
                "Lock must be of at most 16 bytes: it stands in every header");

  static constexpr SlabShape kShape =
      SlabShapeFor(kSlabBytes, sizeof(Header), sizeof(T), alignof(T));
  static_assert(kShape.slots >= 2,
                "a slab must hold its header and two objects: raise kSlabBytes "
                "or make T smaller");

  using Family = SlabFamily<Lock, Provider, kShape>;
  using Freeing = SlotFreeing<Lock, Provider, kShape>;
  using Boxes = SlabBoxes<Box>;
  using Unmade = UnmadeBoxes<Box, Freeing>;
  using Taking = SlotTaking<Lock, Provider, kShape, Boxes>;

  explicit SlabCache(Header* master) : master_(master) {}

  // Destroys the object and frees its slot.
  static CacheResult<void> Free(T* object);

  Header* master_;
};

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
auto SlabCache<T, Lock, kSlabBytes, Provider>::Create(Provider provider)
    -> CacheResult<SlabCache> {
  const auto master = Family::Create(provider);
  if (!master) return std::unexpected(master.error());
  return SlabCache(*master);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
SlabCache<T, Lock, kSlabBytes, Provider>::SlabCache(const SlabCache& other)
    : master_(other.master_) {
  if (master_ == nullptr) return;
  const auto attached = Family::Attach(*master_);
  Assert(attached.has_value(), "a handle that is copied has a sound master");
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
SlabCache<T, Lock, kSlabBytes, Provider>::~SlabCache() {
  if (master_ == nullptr) return;
  const auto detached = Detach();
  Assert(detached.has_value(), "a handle that is dropped can be detached");
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
auto SlabCache<T, Lock, kSlabBytes, Provider>::Attach() const
    -> CacheResult<SlabCache> {
  if (master_ == nullptr) return std::unexpected(CacheError::kInvalidPointer);
  const auto attached = Family::Attach(*master_);
  if (!attached) return std::unexpected(attached.error());
  return SlabCache(master_);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider>::Detach() {
  if (master_ == nullptr) return std::unexpected(CacheError::kInvalidPointer);
  return Family::Detach(master_);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
template <class... Args>
auto SlabCache<T, Lock, kSlabBytes, Provider>::Allocate(Args&&... args)
    -> CacheResult<Box> {
  if (master_ == nullptr) return std::unexpected(CacheError::kInvalidPointer);
  Box box;
  Unmade unmade{std::span(&box, 1)};
  const auto taken = Taking(*master_, 1, Boxes(unmade.boxes)).Run();
  if (!taken) return std::unexpected(taken.error());
  ::new (box.object_) T(std::forward<Args>(args)...);
  unmade.made = 1;
  return box;
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
template <class... Args>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider>::AllocateMany(
    std::span<Box> boxes, const Args&... args) {
  if (!Boxes(boxes).AreEmpty() || master_ == nullptr) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  Unmade unmade{boxes};
  const auto taken = Taking(*master_, boxes.size(), Boxes(boxes)).Run();
  if (!taken) return taken;
  for (; unmade.made < boxes.size(); ++unmade.made) {
    ::new (boxes[unmade.made].object_) T(args...);
  }
  return {};
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider>::FreeMany(
    std::span<Box> boxes) {
  if (master_ == nullptr) return std::unexpected(CacheError::kInvalidPointer);
  const Boxes slots(boxes);
  if constexpr (std::is_trivially_destructible_v<T>) {
    const auto freed = Freeing::FreeMany(*master_, boxes.size(), slots);
    slots.Forget();
    return freed;
  } else {
    const auto claimed = Freeing::ClaimMany(*master_, boxes.size(), slots);
    for (const Box& box : boxes) {
      if (box) box->~T();
    }
    const auto returned = Freeing::ReturnMany(*master_, boxes.size(), slots);
    slots.Forget();
    return returned ? claimed : returned;
  }
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider>::Free(T* object) {
  if constexpr (std::is_trivially_destructible_v<T>) {
    return Freeing::Free(object);
  } else {
    const auto claimed = Freeing::Claim(object);
    if (!claimed) return claimed;
    object->~T();
    return Freeing::Return(object);
  }
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider>::Trim() {
  if (master_ == nullptr) return std::unexpected(CacheError::kInvalidPointer);
  return Family::Trim(*master_);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
CacheResult<SlabCacheStatistics>
SlabCache<T, Lock, kSlabBytes, Provider>::ReadStatistics() const {
  if (master_ == nullptr) return std::unexpected(CacheError::kInvalidPointer);
  return Family::ReadStatistics(*master_);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider>
const char* SlabCache<T, Lock, kSlabBytes, Provider>::Audit() const {
  return master_ == nullptr ? nullptr : Family::Audit(*master_);
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_CACHE_H_
