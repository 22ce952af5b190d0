#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FREE_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FREE_H_

// How slots come back to a family of slabs.
//
//     full --------> partial --------> empty: reserve, or given back
//          PushOnPartial     ReturnLast
//
//   Requires   `Slab` is an ObjectSlab. The master's lock, except for Find,
//              FreeOne and FreeAndGiveBack.
//   Errors     kInvalidPointer, kAlignmentMismatch: no object to free.
//              kFatalError: the provider did not take a slab back; or what was
//              read is corrupt, and stays as it is.
//   Complexity O(1).
//   Invariant  only what a free believes is checked: the slab's numbers and
//              bits; `partial` if the slab was full; and if it becomes empty,
//              its links and the books. A free in a slab that stays partial
//              reads nothing of the master but its lock.

#include <cstdint>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_family.h"

namespace lockstep::slab_family {

// Where an object is.
template <class Slab>
struct Place {
  Slab& slab;
  std::uint32_t slot;
};

// The sentinel comes first: nothing else of a slab is believed before it, and
// it says that the master is right. This finds out whose lock to take, so it is
// called without it.
template <class Slab>
CacheResult<Place<Slab>> Find(const void* object) {
  const Address base = AlignDown(AddressOf(object), Slab::kBytes);
  auto* const slab = static_cast<Slab*>(PointerTo(base));
  if (base == 0 || !slab->HasSentinel()) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  std::uint32_t slot = 0;
  if (!slab->FindSlot(object, slot)) {
    return std::unexpected(CacheError::kAlignmentMismatch);
  }
  return Place<Slab>{*slab, slot};
}

// How many slots of the slab are live, if that is sound. kInvalidPointer: the
// slab is of another family, or was given back since it was found.
template <class Slab>
CacheResult<std::uint32_t> ReadLive(const Slab& master, const Slab& slab) {
  if (!slab.BelongsTo(master)) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  if (slab.DamageOfNumbers() != 0) {
    return std::unexpected(CacheError::kFatalError);
  }
  return slab.live.Value();
}

// Whether what is believed besides when a slab becomes empty is sound. A slab
// without a live slot is not.
template <class Slab>
[[gnu::noinline]] bool CanEmpty(const Slab& master, const Slab& slab) {
  return slab.live.Value() == 1 && master.Damage() == 0 &&
         (&slab == &master || slab.DamageOfLinks() == 0);
}

// The same for the free of any slot of the slab.
template <class Slab>
bool CanReturn(const Slab& master, const Slab& slab) {
  if (slab.HasOneLive()) return CanEmpty(master, slab);
  return !slab.IsFull() || master.partial.Damage() == 0;
}

// The first half of a free. After it the object's destructor can run, and a
// second free is kInvalidPointer. (g++ does not inline it without being told.)
template <class Slab>
[[gnu::always_inline]] inline CacheResult<std::uint32_t> Claim(
    const Slab& master, Place<Slab> place) {
  const auto live = ReadLive(master, place.slab);
  if (!live) return live;
  if (!place.slab.IsLive(place.slot)) {
    return std::unexpected(place.slab.IsFree(place.slot)
                               ? CacheError::kInvalidPointer
                               : CacheError::kFatalError);
  }
  if (!CanReturn(master, place.slab)) {
    return std::unexpected(CacheError::kFatalError);
  }
  place.slab.Flip(place.slot);
  return live;
}

// The second half, for a slot that is not the last live one of its slab: the
// slot becomes free, and a full slab partial.
template <class Slab>
void ReturnOne(Slab& master, Place<Slab> place, std::uint32_t live) {
  if (live == Slab::Slots()) PushOnPartial(master, place.slab);
  place.slab.Push(place.slot);
}

// The same for one that is: slabs may be retired.
template <class Slab>
[[gnu::noinline]] void ReturnLast(Slab& master, Place<Slab> place,
                                  Queue<Slab>& retired) {
  Slab& slab = place.slab;
  slab.Push(place.slot);
  if (&slab != &master) {
    TakeOffPartial(master, slab);
    if (master.handles != 0 && master.reserve == nullptr) {
      master.reserve = &slab;
      slab.next = slab.previous = typename Slab::Link();
    } else {
      Retire(master, slab, retired);
    }
  }
  master.Seal();
  RetireMasterIfLast(master, retired);
}

template <class Slab>
void Return(Slab& master, Place<Slab> place, std::uint32_t live,
            Queue<Slab>& retired) {
  if (live == 1) {
    ReturnLast(master, place, retired);
  } else {
    ReturnOne(master, place, live);
  }
}

// Both halves.
template <class Slab>
CacheResult<void> Free(Slab& master, Place<Slab> place, Queue<Slab>& retired) {
  const auto live = Claim(master, place);
  if (!live) return std::unexpected(live.error());
  Return(master, place, *live, retired);
  return {};
}

// The second half, after a destructor: anything may be corrupt now, which is
// kFatalError, because the object is gone.
template <class Slab>
CacheResult<void> ReturnClaimed(Slab& master, Place<Slab> place,
                                Queue<Slab>& retired) {
  const auto live = ReadLive(master, place.slab);
  if (!live || !CanReturn(master, place.slab)) {
    return std::unexpected(CacheError::kFatalError);
  }
  Return(master, place, *live, retired);
  return {};
}

// Both halves, and then slabs go back that were retired.
template <class Slab>
[[gnu::noinline]] CacheResult<void> FreeAndGiveBack(Slab& master,
                                                    Place<Slab> place) {
  const auto provider = master.provider;
  Queue<Slab> retired;
  {
    const LockGuard guard(master.lock);
    const auto freed = Free(master, place, retired);
    if (!freed) return freed;
  }
  return GiveBack(retired, provider);
}

// As FreeAndGiveBack. The first look is for a slab with other live slots, which
// is not retired.
template <class Slab>
CacheResult<void> FreeOne(const void* object) {
  const auto found = Find<Slab>(object);
  if (!found) return std::unexpected(found.error());
  Slab& master = *found->slab.master;
  {
    const LockGuard guard(master.lock);
    if (!found->slab.HasOneLive()) {
      const auto live = Claim(master, *found);
      if (!live) return std::unexpected(live.error());
      ReturnOne(master, *found, *live);
      return {};
    }
  }
  return FreeAndGiveBack(master, *found);
}

}  // namespace lockstep::slab_family

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FREE_H_
