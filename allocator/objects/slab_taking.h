#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_TAKING_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_TAKING_H_

// How slots are taken from the slabs of one object cache, which may need new
// slabs. Nothing is taken before there is enough for all, so an error changes
// nothing except the count of the provider's refusals.
//   Requires   `Slab` is an ObjectSlab. The caller does not hold the master's
//              lock, except for Take and TakeAll.
//   Placement  a slot comes from the slab that was last added, or that last went
//              from full to partial; in it, it is the slot freed last, or the
//              lowest of a fresh slab. If no slab is partial, the reserve comes
//              next, and then a fresh slab.
//   Errors     kOutOfMemory, kAlignmentMismatch: the provider has no slab of
//              use. kFatalError: the provider did not take a slab back; or what
//              was read is corrupt, and then the caller has to free the slots
//              that it has been told of.
//   Complexity O(1) for a slot, O(slots) for a new slab.

#include <cstddef>
#include <cstdint>
#include <new>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_family.h"

namespace lockstep::slab_family {

// The new slab is its own master if `master` is null. kOutOfMemory,
// kAlignmentMismatch: the provider has no slab of use. kFatalError: it did not
// take that one back.
template <class Slab>
CacheResult<Slab*> NewSlab(typename Slab::Provider provider, Slab* master) {
  void* const memory = provider.Allocate(LayoutOf<Slab>());
  if (memory == nullptr) return std::unexpected(CacheError::kOutOfMemory);
  if (!IsAligned(AddressOf(memory), Slab::kBytes)) {
    const bool is_back = provider.Free(memory, LayoutOf<Slab>());
    return std::unexpected(is_back ? CacheError::kAlignmentMismatch
                                   : CacheError::kFatalError);
  }
  auto* const slab = ::new (memory) Slab{.provider = provider, .lock{}};
  slab->Format(master == nullptr ? *slab : *master);
  return slab;
}

// The partial slab of which it was the last slot becomes full. The reserve, or
// the first fresh slab, becomes the only partial one.
template <class Slab>
void ChangeList(Slab& master, Slab& slab, Queue<Slab>& fresh) {
  if (master.partial != nullptr) {
    TakeOff(master.partial, slab);
    PushOn(master.full, slab);
  } else {
    if (master.reserve != nullptr) {
      master.reserve = nullptr;
    } else {
      bool is_sound = true;  // As Take has found out.
      fresh.first = slab.next.Get(is_sound);
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
  if (changes_list) slab->ReadLinks(is_sound);
  if (!is_sound) return std::unexpected(CacheError::kFatalError);
  slab->Pop(slot, live);
  master.SetLiveObjects(master.live_objects + 1);
  if (changes_list) ChangeList(master, *slab, fresh);
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

template <class Slab, class Tell>
CacheResult<void> GrowAndTake(Slab& master, std::size_t count,
                              Queue<Slab>& fresh, Tell tell) {
  const auto provider = master.provider;
  for (;;) {
    {
      const LockGuard guard(master.lock);
      const auto done = TakeAll(master, count, fresh, tell);
      if (!done) return std::unexpected(done.error());
      if (*done) return {};
    }
    const auto grown = Grow(master, provider, fresh);
    if (!grown) return grown;
  }
}

// Tells of slots 0 to count - 1 by calls of tell(i, slot). Fresh slabs that are
// not needed any more, because other threads freed slots, go back.
template <class Slab, class Tell>
CacheResult<void> TakeMany(Slab& master, std::size_t count, Tell tell) {
  const auto provider = master.provider;
  Queue<Slab> fresh;
  const auto result = GrowAndTake(master, count, fresh, tell);
  const auto given_back = GiveBack(fresh, provider);
  return given_back ? result : given_back;
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

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_TAKING_H_
