#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLOT_FREEING_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLOT_FREEING_H_

// How slots come back to their family, from any thread: under its lock; then
// the slabs that are not needed any more go to the provider.
//   Requires   of Slots: Set(i, pointer) and Get(i).
//   Errors     see CacheError. What is found corrupt is left as it is.
//   Complexity O(1) a slot.

#include <cstddef>

#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_books.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_supply.h"

namespace lockstep {

template <class Lock, class Provider, SlabShape kShape>
class SlotFreeing {
 public:
  using Header = SlabHeader<Lock, Provider>;

  static CacheResult<void> Free(void* object);
  // A free in halves: once it is claimed, an object cannot be freed any more,
  // so its destructor can run; then the slot is returned.
  static CacheResult<void> Claim(void* object);
  static CacheResult<void> Return(void* object);

  // The same for objects of one family, each under one lock. Those that cannot
  // be freed are set to null; the last error is returned.
  template <class Slots>
  static CacheResult<void> FreeMany(Header& master, std::size_t count,
                                    Slots slots);
  template <class Slots>
  static CacheResult<void> ClaimMany(Header& master, std::size_t count,
                                     Slots slots);
  template <class Slots>
  static CacheResult<void> ReturnMany(Header& master, std::size_t count,
                                      Slots slots);

 private:
  // Of many operations.
  class LastError {
   public:
    void Note(const CacheResult<void>& result) {
      if (result) return;
      has_failed_ = true;
      error_ = result.error();
    }
    CacheResult<void> Result() const {
      if (has_failed_) return std::unexpected(error_);
      return {};
    }

   private:
    bool has_failed_ = false;
    CacheError error_ = CacheError::kFatalError;
  };

  using Books = SlabBooks<Lock, Provider, kShape>;
  using Doomed = typename SlabSupply<Lock, Provider, kShape>::Doomed;
};

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlotFreeing<Lock, Provider, kShape>::Free(void* object) {
  const auto slab = Books::SlabOf(object);
  if (!slab) return std::unexpected(slab.error());
  Header& master = *(*slab)->master;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    const auto freed = Books::Free(master, object, doomed);
    if (!freed) return freed;
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlotFreeing<Lock, Provider, kShape>::Claim(void* object) {
  const auto slab = Books::SlabOf(object);
  if (!slab) return std::unexpected(slab.error());
  Header& master = *(*slab)->master;
  const LockGuard guard(master.lock);
  return Books::Claim(master, object);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlotFreeing<Lock, Provider, kShape>::Return(void* object) {
  const auto slab = Books::SlabOf(object);
  if (!slab) return std::unexpected(CacheError::kFatalError);
  Header& master = *(*slab)->master;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    const auto returned = Books::Return(master, object, doomed);
    if (!returned) return returned;
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlotFreeing<Lock, Provider, kShape>::FreeMany(
    Header& master, std::size_t count, Slots slots) {
  LastError last;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    for (std::size_t i = 0; i < count; ++i) {
      last.Note(Books::Free(master, slots.Get(i), doomed));
    }
  }
  const auto given_back = doomed.GiveBack(provider);
  return last.Result() ? given_back : last.Result();
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlotFreeing<Lock, Provider, kShape>::ClaimMany(
    Header& master, std::size_t count, Slots slots) {
  LastError last;
  const LockGuard guard(master.lock);
  for (std::size_t i = 0; i < count; ++i) {
    const auto claimed = Books::Claim(master, slots.Get(i));
    if (claimed) continue;
    slots.Set(i, nullptr);
    last.Note(claimed);
  }
  return last.Result();
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlotFreeing<Lock, Provider, kShape>::ReturnMany(
    Header& master, std::size_t count, Slots slots) {
  LastError last;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    for (std::size_t i = 0; i < count; ++i) {
      if (slots.Get(i) == nullptr) continue;
      const auto returned = Books::Return(master, slots.Get(i), doomed);
      last.Note(returned);
    }
  }
  const auto given_back = doomed.GiveBack(provider);
  return last.Result() ? given_back : last.Result();
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLOT_FREEING_H_
