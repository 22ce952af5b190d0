#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_

// The slabs of one object cache, and how slots come back to them. The master
// holds what the slabs share; slaves come and go.
//   Requires   `Slab` is an ObjectSlab. The caller holds the master's lock, but
//              not for Find, and not for GiveBack, which calls the provider.
//   Placement  a slot comes from the slab that was last added, or that last went
//              from full to partial; in it, it is the slot freed last, or the
//              lowest of a fresh slab. If no slab is partial, the reserve comes
//              next, and then a fresh slab.
//   Retention  a slave that becomes empty is kept in reserve if there is none,
//              and given back otherwise. After the last handle is gone whatever
//              becomes empty is given back, and the master last.
//   Locking    decisions are made under the master's lock; the provider is
//              called without it. Once it is decided to give a slab back, only
//              the thread that decided touches it or the lock in it.
//   Errors     see CacheError. Whatever an operation reads is checked before it
//              writes, so what is found corrupt is left as it is.
//   Complexity O(1) for a slot, but O(slots) for a new slab and for Audit.
//   Invariant  every slab is on the list that its live slots call for, and the
//              counts of the master are the sums (Audit).

#include <cstddef>
#include <cstdint>
#include <utility>

#include "allocator/base/address.h"
#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/object_slab.h"

namespace lockstep::slab_family {

// Slabs on no list of the family, in the order in which they were added.
template <class Slab>
struct Queue {
  void Add(Slab& slab) {
    slab.next = CheckedPointer<Slab>();
    if (first == nullptr) {
      first = &slab;
    } else {
      last->next = CheckedPointer(&slab);
    }
    last = &slab;
    ++slabs;
  }
  // Decides that a slab will be given back.
  void Retire(Slab& slab) {
    slab.Destroy();
    Add(slab);
  }

  Slab* first = nullptr;
  Slab* last = nullptr;
  std::size_t slabs = 0;
};

template <class Slab>
Layout LayoutOf() {
  return *Layout::Make(Slab::kBytes, Slab::kBytes);
}

// kFatalError: the provider did not take a slab back. It got the others.
template <class Slab>
CacheResult<void> GiveBack(const Queue<Slab>& queue,
                           typename Slab::Provider provider) {
  using Lock = typename Slab::Lock;
  bool is_sound = true;
  bool are_taken = true;
  for (Slab* slab = queue.first; slab != nullptr && is_sound;) {
    Slab* const next = slab->next.Get(is_sound);
    slab->Destroy();
    slab->lock.~Lock();
    are_taken = provider.Free(slab, LayoutOf<Slab>()) && are_taken;
    slab = next;
  }
  if (is_sound && are_taken) return {};
  return std::unexpected(CacheError::kFatalError);
}

template <class Slab>
void PushOn(Slab*& list, Slab& slab) {
  slab.next = CheckedPointer(list);
  slab.previous = CheckedPointer<Slab>();
  if (list != nullptr) list->previous = CheckedPointer(&slab);
  list = &slab;
}

// Leaves the links of the slab itself as they are.
template <class Slab>
void TakeOff(Slab*& list, const Slab& slab) {
  bool is_sound = true;  // As the caller has found out.
  Slab* const next = slab.next.Get(is_sound);
  Slab* const previous = slab.previous.Get(is_sound);
  if (previous == nullptr) {
    list = next;
  } else {
    previous->next = CheckedPointer(next);
  }
  if (next != nullptr) next->previous = CheckedPointer(previous);
}

template <class Slab>
bool IsSoundMaster(const Slab& master) {
  return master.IsMaster() && master.IsSealed();
}

// Where an object is.
template <class Slab>
struct Place {
  Slab& slab;
  std::uint32_t slot;
};

// The sentinel comes first: nothing else of a slab is believed before it. This
// finds out whose lock to take, so it is called without it.
template <class Slab>
CacheResult<Place<Slab>> Find(const void* object) {
  const Address base = AlignDown(AddressOf(object), Slab::kBytes);
  auto* const slab = static_cast<Slab*>(PointerTo(base));
  if (base == 0 || !slab->HasSentinel()) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  const std::uint32_t slot = slab->SlotAt(object);
  if (slot == kNoSlot) return std::unexpected(CacheError::kAlignmentMismatch);
  if (!slab->master->IsMaster()) {
    return std::unexpected(CacheError::kFatalError);
  }
  return Place<Slab>{*slab, slot};
}

// Whether the slab goes to another list when one of its live slots is freed.
template <class Slab>
bool ChangesList(const Slab& master, const Slab& slab, std::uint32_t live) {
  return live == Slab::Slots() || (live == 1 && &slab != &master);
}

// How many slots of the slab are live, if all that the free of one will read is
// sound. kInvalidPointer: the slab is of another family, or was given back
// since it was found.
template <class Slab>
CacheResult<std::uint32_t> ReadLive(const Slab& master, const Slab& slab) {
  if (!slab.HasSentinel() || slab.master != &master) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  bool is_sound = master.IsSealed();
  const std::uint32_t live = slab.live.Get(is_sound);
  slab.first_free.Get(is_sound);
  if (ChangesList(master, slab, live)) slab.ReadLinks(is_sound);
  if (!is_sound) return std::unexpected(CacheError::kFatalError);
  return live;
}

// The first half of a free. After it the object's destructor can run, and a
// second free is kInvalidPointer.
template <class Slab>
CacheResult<std::uint32_t> Claim(const Slab& master, Place<Slab> place) {
  const auto live = ReadLive(master, place.slab);
  if (!live) return live;
  if (place.slab.IsFree(place.slot)) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  if (!place.slab.IsLive(place.slot) || *live == 0) {
    return std::unexpected(CacheError::kFatalError);
  }
  place.slab.SetLive(place.slot, false);
  return live;
}

template <class Slab>
void RetireReserve(Slab& master, Queue<Slab>& retired) {
  if (master.reserve == nullptr) return;
  --master.slabs;
  retired.Retire(*std::exchange(master.reserve, nullptr));
}

template <class Slab>
void RetireMasterIfLast(Slab& master, Queue<Slab>& retired) {
  if (master.handles == 0 && master.live_objects == 0) retired.Retire(master);
}

template <class Slab>
void RetireSlave(Slab& master, Slab& slab, Queue<Slab>& retired) {
  if (master.handles != 0 && master.reserve == nullptr) {
    master.reserve = &slab;
    slab.next = slab.previous = CheckedPointer<Slab>();
  } else {
    --master.slabs;
    retired.Retire(slab);
  }
}

// When a slot of it was freed, and `live` were live before.
template <class Slab>
void ChangeList(Slab& master, Slab& slab, std::uint32_t live,
                Queue<Slab>& retired) {
  if (live == Slab::Slots()) {
    TakeOff(master.full, slab);
    PushOn(master.partial, slab);
  } else {
    TakeOff(master.partial, slab);
    RetireSlave(master, slab, retired);
  }
  master.Seal();
}

// The second half: the slot becomes free, and slabs may be retired.
template <class Slab>
void Return(Slab& master, Place<Slab> place, std::uint32_t live,
            Queue<Slab>& retired) {
  place.slab.Push(place.slot, live);
  master.SetLiveObjects(master.live_objects - 1);
  if (ChangesList(master, place.slab, live)) {
    ChangeList(master, place.slab, live, retired);
  }
  RetireMasterIfLast(master, retired);
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
// kFatalError, for the object is gone.
template <class Slab>
CacheResult<void> ReturnClaimed(Slab& master, Place<Slab> place,
                                Queue<Slab>& retired) {
  const auto live = ReadLive(master, place.slab);
  if (!live || *live == 0) return std::unexpected(CacheError::kFatalError);
  Return(master, place, *live, retired);
  return {};
}

// The name of the first broken invariant on a list, or null. Adds to the counts.
template <class Slab>
const char* AuditList(const Slab& master, const Slab* list, std::size_t& slabs,
                      std::size_t& live) {
  const Slab* previous = nullptr;
  for (const Slab* slab = list; slab != nullptr;) {
    if (const char* broken = slab->Audit()) return broken;
    bool is_sound = true;
    const auto links = slab->ReadLinks(is_sound);
    const std::uint32_t live_here = slab->live.Get(is_sound);
    const bool is_full = live_here == Slab::Slots();
    if (slab->master != &master || links.previous != previous ||
        is_full != (list == master.full) || ++slabs > master.slabs) {
      return "slab_cache.lists";
    }
    live += live_here;
    previous = slab;
    slab = links.next;
  }
  return nullptr;
}

template <class Slab>
const char* AuditReserve(const Slab& master) {
  const Slab& reserve = *master.reserve;
  if (const char* broken = reserve.Audit()) return broken;
  bool is_sound = true;
  const auto links = reserve.ReadLinks(is_sound);
  const bool is_listed = links.next != nullptr || links.previous != nullptr;
  return reserve.master == &master && !is_listed &&
                 reserve.live.Get(is_sound) == 0
             ? nullptr
             : "slab_cache.reserve";
}

// The name of the first broken invariant of the family, or null.
template <class Slab>
const char* Audit(const Slab& master) {
  if (const char* broken = master.Audit()) return broken;
  if (!master.IsSealed()) return "slab_cache.seal";
  std::size_t slabs = master.reserve == nullptr ? 0 : 1;
  std::size_t live = 0;
  const char* broken = slabs == 0 ? nullptr : AuditReserve(master);
  if (broken == nullptr) {
    broken = AuditList(master, master.partial, slabs, live);
  }
  if (broken == nullptr) broken = AuditList(master, master.full, slabs, live);
  if (broken != nullptr) return broken;
  if (slabs != master.slabs) return "slab_cache.slabs";
  return live == master.live_objects ? nullptr : "slab_cache.live_objects";
}

}  // namespace lockstep::slab_family

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
