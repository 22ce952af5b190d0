#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_CACHE_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_CACHE_H_

// Objects of one type in slabs of kSlabBytes, for any number of threads. A
// SlabCache is a handle to a family of slabs (slab_family.h), which its copies
// share. An object's slab is found by masking the object's address, so it can
// be freed anywhere, even after every handle is gone.
//
//     kSlabBytes        kSlabBytes        kSlabBytes
//     +---------------+ +---------------+ +---------------+
//     | master | T T  | | slave | T   T | | slave | T T T |  ...
//     +---------------+ +---------------+ +---------------+
//
//   Units      bytes, except slots and objects, which are counted.
//   Requires   a Provider whose memory outlives the last object and handle.
//   Errors     see CacheError. Every method that returns a CacheResult may
//              return kFatalError. Destructors and the copy constructor cannot
//              return it, so they end the program (see assert.h); Box::Free,
//              Detach and Attach do the same work and return it.
//   Complexity O(1) for an object, O(slots) for a new slab, O(slabs) for
//              ReadStatistics.
//   Sealing    Sealed: every changed bit of a header, but those of the lock, is
//              found before it is believed. Unsealed: an object costs 45 %
//              fewer instructions (36 % with SpinLock), and headers are
//              believed; pointers that are foreign, interior or freed before
//              are still refused, and no link leaves the slab, but a write to a
//              freed object may make it hand out an object twice.
//   Invariant  see slab_family.h, which also says when slabs come and go.
//   After      the crate attachable-slab-allocator, but T is constructed in
//              place, and a second free is detected.
//   Undetected - a second free once the slot was handed out again;
//              - Box::Free of an object of another type of cache with the same
//                sizes of objects and slabs, whatever its lock and provider;
//              - a free of an address in memory that cannot be read;
//              - a lock that was overwritten, because it is taken before most
//                of the header is checked;
//              - several bytes of a header overwritten so that the changes
//                cancel out: in a checked word (checked.h), or where the same
//                change to two words does: in the seal, the sentinel, or
//                numbers that are checked at once;
//              - an access to a freed object. AddressSanitizer detects it, but
//                not in the last bytes if the size is not a multiple of 8.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <span>
#include <type_traits>
#include <utility>

#include "allocator/base/assert.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_audit.h"
#include "allocator/objects/slab_box.h"
#include "allocator/objects/slab_family.h"
#include "allocator/objects/slab_free.h"
#include "allocator/objects/slab_provider.h"
#include "allocator/objects/slab_take.h"

namespace lockstep {

template <class T, Lockable Lock = SpinLock, std::size_t kSlabBytes = 4096,
          SlabProvider Provider = HookProvider, class Sealing = Sealed>
class SlabCache {
 public:
  using Box = SlabBox<T, Lock, kSlabBytes, Provider, Sealing>;

  // kOutOfMemory, kAlignmentMismatch: the provider gave no usable slab.
  static CacheResult<SlabCache> Create(Provider provider = Provider()) {
    const auto master = slab_family::Create<Slab>(provider);
    if (!master) return std::unexpected(master.error());
    return SlabCache(*master);
  }

  // Copies share the family. A handle that was moved from or detached has none:
  // its methods return kInvalidPointer, and Audit returns null.
  SlabCache(const SlabCache& other);
  SlabCache(SlabCache&& other) noexcept
      : master_(std::exchange(other.master_, nullptr)) {}
  SlabCache& operator=(SlabCache other) noexcept {
    std::swap(master_, other.master_);
    return *this;
  }
  ~SlabCache();

  // Like copying and destroying a handle, but these return the error.
  CacheResult<SlabCache> Attach() const;
  CacheResult<void> Detach() {
    return master_ == nullptr ? NoFamily() : slab_family::Detach(master_);
  }

  // Constructs a T from the arguments. kOutOfMemory, kAlignmentMismatch: a new
  // slab was needed, and the provider gave none that is usable. If T's
  // constructor throws, the slot is free again.
  template <class... Args>
  CacheResult<Box> Allocate(Args&&... args);

  // Fills all of the boxes, or none. Takes the lock once, unless it needs new
  // slabs. kInvalidPointer: a box is not empty. Other errors are Allocate's.
  template <class... Args>
  CacheResult<void> AllocateMany(std::span<Box> boxes, const Args&... args);

  // Frees all of the boxes that it can, and returns the last error: one of
  // Box::Free's, or kInvalidPointer for an object of another family. Takes the
  // lock once, or before and after the destructors if T has one; those may
  // detach this handle. All boxes are then empty, unless the handle had no
  // family before the call.
  CacheResult<void> FreeMany(std::span<Box> boxes);

  // Gives back the slab that is kept in reserve.
  CacheResult<void> Trim() {
    return master_ == nullptr ? NoFamily() : slab_family::Trim(*master_);
  }

  CacheResult<SlabCacheStatistics> ReadStatistics() const {
    if (master_ == nullptr) return NoFamily();
    return slab_family::ReadStatistics(*master_);
  }

  // The name of the first broken invariant, or null.
  const char* Audit() const {
    return master_ == nullptr ? nullptr : slab_family::Audit(*master_);
  }

  // The same without taking the lock, which may be what is overwritten. Requires
  // that no other thread uses the family.
  const char* AuditAlone() const {
    return master_ == nullptr ? nullptr : slab_family::AuditFamily(*master_);
  }

  static constexpr std::uint32_t slots_per_slab() { return Slab::Slots(); }

 private:
  friend Box;
  using Slab =
      ObjectSlab<Lock, Provider, SlabSizes{kSlabBytes, sizeof(T), alignof(T)},
                 Sealing>;
  using Queue = slab_family::Queue<Slab>;

  static_assert(
      std::has_single_bit(kSlabBytes),
      "kSlabBytes must be a power of two: a slab is found by masking");
  static_assert(kSlabBytes >= 256,
                "kSlabBytes must be at least 256: the lowest byte of a slab's "
                "address holds the check of a link");
  static_assert(sizeof(T) >= 4 && alignof(T) >= 4,
                "T must be of at least 4 bytes, aligned to at least 4: a free "
                "slot holds a 32-bit link; wrap T in a struct with alignas(4)");
  static_assert(sizeof(Lock) <= 16,
                "Lock must be of at most 16 bytes: it stands in every header");
  static_assert(Slab::Slots() >= 2,
                "a slab must hold its header and two objects: raise kSlabBytes "
                "or make T smaller");
  static_assert(
      Slab::Slots() <= kNoSlot,
      "a slab must hold at most as many slots as links can name: lower "
      "kSlabBytes");

  // If not all objects were made, destroys those that were, and frees all slots
  // of boxes, the last one first, so that the free lists are as they were.
  struct Unmade {
    std::span<Box> boxes;
    std::size_t made = 0;
    ~Unmade();
  };

  explicit SlabCache(Slab* master) : master_(master) {}
  static std::unexpected<CacheError> NoFamily() {
    return std::unexpected(CacheError::kInvalidPointer);
  }

  // Destroys the object and frees its slot.
  static CacheResult<void> Free(T* object);
  // Calls deed(object, retired) for each box, while it holds the lock, and then
  // gives back what was retired. If deed returns an error, the box becomes
  // empty. Returns the last error of a deed, or else that of giving back.
  template <class Deed>
  static CacheResult<void> ForEach(Slab& master, std::span<Box> boxes,
                                   Deed deed);
  static CacheResult<void> FreeSlots(Slab& master, std::span<Box> boxes);
  static CacheResult<void> DestroyAndFree(Slab& master, std::span<Box> boxes);

  Slab* master_;
};

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::SlabCache(
    const SlabCache& other)
    : master_(nullptr) {
  if (other.master_ == nullptr) return;
  auto attached = other.Attach();
  Assert(attached.has_value(), "a handle that is copied has a sound master");
  std::swap(master_, attached->master_);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::~SlabCache() {
  if (master_ == nullptr) return;
  const auto detached = Detach();
  Assert(detached.has_value(), "a handle that is dropped can be detached");
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
auto SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::Attach() const
    -> CacheResult<SlabCache> {
  if (master_ == nullptr) return NoFamily();
  const auto attached = slab_family::Attach(*master_);
  if (!attached) return std::unexpected(attached.error());
  return SlabCache(master_);
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
template <class... Args>
auto SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::Allocate(Args&&... args)
    -> CacheResult<Box> {
  if (master_ == nullptr) return NoFamily();
  const auto slot = slab_family::TakeOne(*master_);
  if (!slot) return std::unexpected(slot.error());
  Box box(static_cast<T*>(*slot));
  Unmade unmade{std::span(&box, 1)};
  ::new (box.object_) T(std::forward<Args>(args)...);
  unmade.made = 1;
  return box;
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
template <class... Args>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider,
                            Sealing>::AllocateMany(std::span<Box> boxes,
                                                   const Args&... args) {
  for (const Box& box : boxes) {
    if (box) return std::unexpected(CacheError::kInvalidPointer);
  }
  if (master_ == nullptr) return NoFamily();
  Unmade unmade{boxes};
  const auto taken = slab_family::TakeMany(
      *master_, boxes.size(), [boxes](std::size_t i, void* slot) {
        boxes[i].object_ = static_cast<T*>(slot);
      });
  if (!taken) return taken;
  for (; unmade.made < boxes.size(); ++unmade.made) {
    ::new (boxes[unmade.made].object_) T(args...);
  }
  return {};
}

// Ignores errors, because the caller is already being told of another error or
// of an exception. Even if the provider does not take a slab back, the slot is
// free.
template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::Unmade::~Unmade() {
  if (made == boxes.size()) return;
  for (std::size_t i = boxes.size(); i-- > 0;) {
    static_cast<void>(i < made
                          ? boxes[i].Free()
                          : slab_family::FreeOne<Slab>(boxes[i].release()));
  }
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::Free(
    T* object) {
  if constexpr (std::is_trivially_destructible_v<T>) {
    return slab_family::FreeOne<Slab>(object);
  } else {
    const auto found = slab_family::Find<Slab>(object);
    if (!found) return std::unexpected(found.error());
    Box box(object);
    const auto freed = DestroyAndFree(*found->slab.master, std::span(&box, 1));
    box.object_ = nullptr;
    return freed;
  }
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
template <class Deed>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::ForEach(
    Slab& master, std::span<Box> boxes, Deed deed) {
  std::optional<CacheError> last_error;
  const Provider provider = master.provider;
  Queue retired;
  {
    const LockGuard guard(master.lock);
    for (Box& box : boxes) {
      const CacheResult<void> done = deed(box.object_, retired);
      if (done) continue;
      box.object_ = nullptr;
      last_error = done.error();
    }
  }
  const auto given_back = slab_family::GiveBack(retired, provider);
  if (last_error) return std::unexpected(*last_error);
  return given_back;
}

template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::FreeSlots(
    Slab& master, std::span<Box> boxes) {
  return ForEach(master, boxes,
                 [&](T* object, Queue& retired) -> CacheResult<void> {
                   const auto found = slab_family::Find<Slab>(object);
                   if (!found) return std::unexpected(found.error());
                   return slab_family::Free(master, *found, retired);
                 });
}

// The master lives as long as any object is claimed, so a destructor may detach
// the handle. If none was claimed, no destructor runs.
template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider,
                            Sealing>::DestroyAndFree(Slab& master,
                                                     std::span<Box> boxes) {
  const auto claimed =
      ForEach(master, boxes, [&](T* object, Queue&) -> CacheResult<void> {
        const auto found = slab_family::Find<Slab>(object);
        if (!found) return std::unexpected(found.error());
        const auto read = slab_family::Claim(master, *found);
        if (!read) return std::unexpected(read.error());
        return {};
      });
  for (const Box& box : boxes) {
    if (box) box->~T();
  }
  const auto returned = ForEach(
      master, boxes, [&](T* object, Queue& retired) -> CacheResult<void> {
        if (object == nullptr) return {};
        const auto found = slab_family::Find<Slab>(object);
        if (!found) return std::unexpected(CacheError::kFatalError);
        return slab_family::ReturnClaimed(master, *found, retired);
      });
  return returned ? claimed : returned;
}

// Reads master_ once, because a destructor may detach this handle or destroy
// it.
template <class T, Lockable Lock, std::size_t kSlabBytes, SlabProvider Provider,
          class Sealing>
CacheResult<void> SlabCache<T, Lock, kSlabBytes, Provider, Sealing>::FreeMany(
    std::span<Box> boxes) {
  if (master_ == nullptr) return NoFamily();
  Slab& master = *master_;
  CacheResult<void> freed;
  if constexpr (std::is_trivially_destructible_v<T>) {
    freed = FreeSlots(master, boxes);
  } else {
    freed = DestroyAndFree(master, boxes);
  }
  for (Box& box : boxes) box.object_ = nullptr;
  return freed;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_CACHE_H_
