#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_SLOTS_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_SLOTS_H_

// How slots are taken from a family of slabs, and how they come back to it.
//   Requires   `Slab` is an ObjectSlab. The master's lock, except for Find,
//              Grow, TakeMany and TakeOne.
//   Placement  a slot comes from the slab that was last added, or that last
//              went from full to partial. In that slab, it is the slot freed
//              last, or the lowest of a fresh slab. If no slab is partial, the
//              reserve comes next, and then a fresh slab.
//   Errors     kInvalidPointer, kAlignmentMismatch: no object to free.
//              kOutOfMemory, kAlignmentMismatch: a new slab was needed, and the
//              provider gave no usable one; that is counted, and nothing else
//              changes. kFatalError: the provider did not take a slab back; or
//              what was read is corrupt, and stays as it is. The caller then
//              frees the slots that TakeMany has told it of.
//   Complexity O(1) for a slot, O(slots) for a new slab.

#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_family.h"

namespace lockstep::slab_family {

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
  if (ChangesList(master, slab, live)) slab.CheckLinks(is_sound);
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
void RetireSlave(Slab& master, Slab& slab, Queue<Slab>& retired) {
  if (master.handles != 0 && master.reserve == nullptr) {
    master.reserve = &slab;
    slab.next = slab.previous = CheckedPointer<Slab>();
  } else {
    --master.slabs;
    retired.Add(slab);
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
// kFatalError, because the object is gone.
template <class Slab>
CacheResult<void> ReturnClaimed(Slab& master, Place<Slab> place,
                                Queue<Slab>& retired) {
  const auto live = ReadLive(master, place.slab);
  if (!live || *live == 0) return std::unexpected(CacheError::kFatalError);
  Return(master, place, *live, retired);
  return {};
}

// The partial slab of which it was the last slot becomes full. The reserve, or
// the first fresh slab, becomes the only partial one.
template <class Slab>
void TookLast(Slab& master, Slab& slab, Queue<Slab>& fresh) {
  if (master.partial != nullptr) {
    TakeOff(master.partial, slab);
    PushOn(master.full, slab);
  } else {
    if (master.reserve != nullptr) {
      master.reserve = nullptr;
    } else {
      fresh.first = slab.next.Value();  // Take has checked it.
      --fresh.slabs;
      ++master.slabs;
    }
    PushOn(master.partial, slab);
  }
  master.Seal();
}

template <class Slab>
CacheResult<void*> Take(Slab& master, Queue<Slab>& fresh) {
  Slab* const slab = master.partial != nullptr   ? master.partial
                     : master.reserve != nullptr ? master.reserve
                                                 : fresh.first;
  if (slab == nullptr || !slab->HasSentinel() || slab->master != &master) {
    return std::unexpected(CacheError::kFatalError);
  }
  bool is_sound = true;
  const std::uint32_t live = slab->live.Get(is_sound);
  const std::uint32_t slot = slab->ReadFirstFree(live, is_sound);
  const bool changes_list =
      master.partial == nullptr || live + 1 == Slab::Slots();
  if (changes_list) slab->CheckLinks(is_sound);
  if (!is_sound) return std::unexpected(CacheError::kFatalError);
  slab->Pop(slot, live);
  master.SetLiveObjects(master.live_objects + 1);
  if (changes_list) TookLast(master, *slab, fresh);
  return slab->AddressOfSlot(slot);
}

// False: there are not enough slots, even with the fresh slabs.
template <class Slab, class Tell>
CacheResult<bool> TakeAll(Slab& master, std::size_t count, Queue<Slab>& fresh,
                          Tell tell) {
  if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
  const std::size_t slots = (master.slabs + fresh.slabs) * Slab::Slots();
  if (slots - master.live_objects < count) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const auto slot = Take(master, fresh);
    if (!slot) return std::unexpected(slot.error());
    tell(i, *slot);
  }
  return true;
}

// A refusal is counted.
template <class Slab>
CacheResult<void> Grow(Slab& master, typename Slab::Provider provider,
                       Queue<Slab>& fresh) {
  const auto slab = NewSlab(provider, &master);
  if (slab) {
    fresh.Add(**slab);
    return {};
  }
  const LockGuard guard(master.lock);
  if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
  ++master.refusals;
  master.Seal();
  return std::unexpected(slab.error());
}

// Tells of slots 0 to count - 1 by calls of tell(i, slot). Nothing is taken
// before there is enough for all. Fresh slabs that are not needed any more,
// because other threads freed slots, go back.
template <class Slab, class Tell>
CacheResult<void> TakeMany(Slab& master, std::size_t count, Tell tell) {
  const auto provider = master.provider;
  Queue<Slab> fresh;
  CacheResult<bool> done = false;
  for (;;) {
    {
      const LockGuard guard(master.lock);
      done = TakeAll(master, count, fresh, tell);
    }
    if (!done || *done) break;
    const auto grown = Grow(master, provider, fresh);
    if (grown) continue;
    done = std::unexpected(grown.error());
    break;
  }
  const auto given_back = GiveBack(fresh, provider);
  if (given_back && !done) return std::unexpected(done.error());
  return given_back;
}

// As TakeMany, of one slot. The first look is for a partial slab, for which no
// fresh slabs are needed.
template <class Slab>
CacheResult<void> TakeOne(Slab& master, void*& slot) {
  {
    const LockGuard guard(master.lock);
    if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
    if (master.partial != nullptr) {
      Queue<Slab> none;
      const auto taken = Take(master, none);
      if (!taken) return std::unexpected(taken.error());
      slot = *taken;
      return {};
    }
  }
  return TakeMany(master, 1,
                  [&slot](std::size_t /*i*/, void* taken) { slot = taken; });
}

}  // namespace lockstep::slab_family

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_SLOTS_H_
