#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_TAKE_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_TAKE_H_

// How slots are taken from a family of slabs.
//
//     reserve, or else fresh --------> first of the partial --------> full
//                            AddPartial                   TakePartial
//
//   Requires   `Slab` is an ObjectSlab. The master's lock, except for Grow,
//              TakeAll, TakeMany and TakeOne.
//   Placement  a slot comes from the slab that was last added, or that last
//              went from full to partial. In that slab, it is the slot freed
//              last, or the lowest of a fresh slab. If no slab is partial, the
//              reserve comes next, and then a fresh slab.
//   Errors     kOutOfMemory, kAlignmentMismatch: a new slab was needed, and the
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
#include "allocator/objects/slab_family.h"
#include "allocator/objects/slab_free.h"

namespace lockstep::slab_family {

// The reserve, or else the first fresh slab, becomes the only partial one.
template <class Slab>
[[gnu::noinline]] CacheResult<void> AddPartial(Slab& master,
                                               Queue<Slab>& fresh) {
  Slab* const slab = master.reserve != nullptr ? master.reserve : fresh.first;
  const auto is_sound = [&] {
    return (master.Damage() | master.DamageOfLinks()) == 0 &&
           slab->CanPop(master) && slab->DamageOfLinks() == 0;
  };
  if (slab == nullptr || !is_sound()) {
    return std::unexpected(CacheError::kFatalError);
  }
  if (slab == master.reserve) {
    master.reserve = nullptr;
  } else {
    fresh.first = slab->next.Value();
    --fresh.slabs;
    Join(master, *slab);
  }
  PushOnPartial(master, *slab);
  master.Seal();
  return {};
}

// From the first partial slab. If that becomes full, it is partial no more.
template <class Slab>
[[gnu::always_inline]] inline CacheResult<void*> TakePartial(Slab& master) {
  Slab& slab = *master.partial.Value();
  const bool fills = slab.HasOneFree();
  if (!slab.CanPop(master) || (fills && slab.next.Damage() != 0)) {
    return std::unexpected(CacheError::kFatalError);
  }
  const std::uint32_t slot = slab.Pop();
  if (fills) master.partial = slab.next;
  return slab.AddressOfSlot(slot);
}

template <class Slab>
CacheResult<void*> Take(Slab& master, Queue<Slab>& fresh) {
  if (master.partial.Damage() != 0) {
    return std::unexpected(CacheError::kFatalError);
  }
  if (master.partial.Value() == nullptr) {
    const auto added = AddPartial(master, fresh);
    if (!added) return std::unexpected(added.error());
  }
  return TakePartial(master);
}

// How many of `count` slots are missing. Looks at no more partial slabs than
// are needed, which are at most `count`.
template <class Slab>
CacheResult<std::size_t> Missing(const Slab& master, std::size_t count,
                                 const Queue<Slab>& fresh) {
  if (!IsSoundMaster(master)) {
    return std::unexpected(CacheError::kFatalError);
  }
  const std::size_t empty = fresh.slabs + (master.reserve != nullptr ? 1 : 0);
  std::size_t free = empty * Slab::Slots();
  for (const Slab* slab = master.partial.Value();
       slab != nullptr && free < count; slab = slab->next.Value()) {
    const Address damage = slab->live.Damage() | slab->next.Damage();
    if (damage != 0 || slab->live.Value() >= Slab::Slots()) {
      return std::unexpected(CacheError::kFatalError);
    }
    free += Slab::Slots() - slab->live.Value();
  }
  return free < count ? count - free : 0;
}

// Takes nothing if slots are missing, and returns how many.
template <class Slab, class Tell>
CacheResult<std::size_t> TakeAll(Slab& master, std::size_t count,
                                 Queue<Slab>& fresh, Tell tell) {
  const LockGuard guard(master.lock);
  const auto missing = Missing(master, count, fresh);
  if (!missing || *missing != 0) return missing;
  for (std::size_t i = 0; i < count; ++i) {
    const auto slot = Take(master, fresh);
    if (!slot) return std::unexpected(slot.error());
    tell(i, *slot);
  }
  return 0;
}

// Adds so many slots. A refusal is counted.
template <class Slab>
CacheResult<void> Grow(Slab& master, std::size_t slots,
                       typename Slab::Provider provider, Queue<Slab>& fresh) {
  for (std::size_t grown = 0; grown < slots; grown += Slab::Slots()) {
    const auto slab = NewSlab(provider, &master);
    if (slab) {
      fresh.Add(**slab);
      continue;
    }
    const LockGuard guard(master.lock);
    if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
    ++master.refusals;
    master.Seal();
    return std::unexpected(slab.error());
  }
  return {};
}

// Tells of slots 0 to count - 1 by calls of tell(i, slot). Nothing is taken
// before there is enough for all. Fresh slabs that are not needed any more,
// because other threads freed slots, go back.
template <class Slab, class Tell>
CacheResult<void> TakeMany(Slab& master, std::size_t count, Tell tell) {
  const auto provider = master.provider;
  Queue<Slab> fresh;
  auto missing = TakeAll(master, count, fresh, tell);
  while (missing && *missing != 0) {
    const auto grown = Grow(master, *missing, provider, fresh);
    if (grown) {
      missing = TakeAll(master, count, fresh, tell);
    } else {
      missing = std::unexpected(grown.error());
    }
  }
  const auto given_back = GiveBack(fresh, provider);
  if (given_back && !missing) return std::unexpected(missing.error());
  return given_back;
}

template <class Slab>
[[gnu::noinline]] CacheResult<void*> TakeOneFresh(Slab& master) {
  void* slot = nullptr;
  const auto taken = TakeMany(
      master, 1, [&slot](std::size_t /*i*/, void* one) { slot = one; });
  if (taken) return slot;
  static_cast<void>(FreeOne<Slab>(slot));  // Null, if none was told of.
  return std::unexpected(taken.error());
}

// As TakeMany, of one slot. The first look is for a partial slab, for which no
// fresh slabs are needed.
template <class Slab>
CacheResult<void*> TakeOne(Slab& master) {
  {
    const LockGuard guard(master.lock);
    if (master.partial.Damage() != 0) {
      return std::unexpected(CacheError::kFatalError);
    }
    if (master.partial.Value() != nullptr) return TakePartial(master);
  }
  return TakeOneFresh(master);
}

}  // namespace lockstep::slab_family

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_TAKE_H_
