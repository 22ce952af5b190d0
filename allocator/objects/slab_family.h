#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_

// The slabs of one object cache: a master, whose header has the lock and the
// books that all share, and slaves, which come and go.
//
//     handles, objects' addresses
//        |
//        v            all
//     +--------+ <-> [slave] <-> [slave] <-> [slave] <-> [slave] <-> ...
//     | master |      full         ^           ^           ^
//     |        |                   |           |           | reserve, empty
//     +--------+ ------------------+-----------+-----------+
//                  partial: a list of its own, on which the master may be
//
//   Requires   `Slab` is an ObjectSlab. The caller holds the master's lock when
//              it changes a list or retires slabs, and no lock when it calls
//              any other function.
//   Retention  a slave that becomes empty is kept in reserve if there is no
//              reserve, and given back otherwise. After the last handle is
//              gone, every slab that becomes empty is given back, the master
//              last.
//   Locking    decisions are made under the master's lock; the provider is
//              called without it. Once it is decided to give a slab back, only
//              the thread that decided touches it or the lock in it.
//   Errors     see CacheError. kFatalError: what was read is corrupt, and stays
//              as it is; or as a function says.
//   Complexity O(slots) for NewSlab and Create, O(slabs) for GiveBack and
//              ReadStatistics, and O(1) for the others.
//   Invariant  every slab is on the list of all, which begins with the master.
//              Those that have a free slot, except the reserve, are also on the
//              list of partial slabs: a slab that becomes full is always its
//              first, because slots are taken from that one, and nothing is
//              written in the next. All of this is checked by Audit
//              (slab_audit.h).

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "allocator/base/address.h"
#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/object_slab.h"

namespace lockstep {

struct SlabCacheStatistics {
  std::size_t slabs;
  std::size_t slots;
  std::size_t live_objects;
  std::size_t refusals;  // How often the provider gave no usable slab.
};

}  // namespace lockstep

namespace lockstep::slab_family {

// Slabs on no list of the family, in the order in which they were added.
template <class Slab>
struct Queue {
  using Link = typename Slab::Link;

  void Add(Slab& slab) {
    slab.next = Link();
    if (first == nullptr) {
      first = &slab;
    } else {
      last->next = Link(&slab);
    }
    last = &slab;
    ++slabs;
  }

  Slab* first = nullptr;
  Slab* last = nullptr;
  std::size_t slabs = 0;
};

template <class Slab>
Layout LayoutOf() {
  return *Layout::Make(Slab::kBytes, Slab::kBytes);
}

// The new slab is its own master if `master` is null. kOutOfMemory: the
// provider gave no slab. kAlignmentMismatch: it gave a misaligned one, and took
// it back. kFatalError: it did not take that one back.
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

// kFatalError: the provider did not take back one of the slabs, which were all
// offered to it; or a link is corrupt, and the slabs behind it are not offered.
template <class Slab>
CacheResult<void> GiveBack(const Queue<Slab>& queue,
                           typename Slab::Provider provider) {
  using Lock = typename Slab::Lock;
  bool is_sound = true;
  bool are_taken = true;
  for (Slab* slab = queue.first; slab != nullptr && is_sound;) {
    is_sound = slab->next.Damage() == 0;
    Slab* const next = slab->next.Value();
    slab->Destroy();
    slab->lock.~Lock();
    are_taken = provider.Free(slab, LayoutOf<Slab>()) && are_taken;
    slab = next;
  }
  if (is_sound && are_taken) return {};
  return std::unexpected(CacheError::kFatalError);
}

// The slab becomes the first partial one. The caller has checked `partial`.
template <class Slab>
void PushOnPartial(Slab& master, Slab& slab) {
  const typename Slab::Link link(&slab);
  slab.next = master.partial;
  Slab* const second = master.partial.Value();
  if (second != nullptr) second->previous = link;
  master.partial = link;
}

// Leaves the links of the slab itself, which the caller has checked, as they
// are.
template <class Slab>
void TakeOffPartial(Slab& master, const Slab& slab) {
  if (master.partial.Value() == &slab) {
    master.partial = slab.next;
    return;
  }
  slab.previous.Value()->next = slab.next;
  Slab* const next = slab.next.Value();
  if (next != nullptr) next->previous = slab.previous;
}

// Behind the master, whose links the caller has checked.
template <class Slab>
void Join(Slab& master, Slab& slab) {
  using Link = typename Slab::Link;
  Slab* const next = master.next_of_all.Value();
  slab.next_of_all = master.next_of_all;
  slab.previous_of_all = Link(&master);
  if (next != nullptr) next->previous_of_all = Link(&slab);
  master.next_of_all = Link(&slab);
  ++master.slabs;
}

// The slave, whose links the caller has checked, waits to be given back.
template <class Slab>
void Retire(Slab& master, Slab& slab, Queue<Slab>& retired) {
  Slab* const next = slab.next_of_all.Value();
  slab.previous_of_all.Value()->next_of_all = slab.next_of_all;
  if (next != nullptr) next->previous_of_all = slab.previous_of_all;
  --master.slabs;
  retired.Add(slab);
}

template <class Slab>
bool IsSoundMaster(const Slab& master) {
  return master.BelongsTo(master) && master.Damage() == 0;
}

// Including the reserve, which may be retired.
template <class Slab>
bool IsSoundWithReserve(const Slab& master) {
  return IsSoundMaster(master) &&
         (master.reserve == nullptr || master.reserve->DamageOfLinks() == 0);
}

template <class Slab>
void RetireReserve(Slab& master, Queue<Slab>& retired) {
  if (master.reserve == nullptr) return;
  Retire(master, *std::exchange(master.reserve, nullptr), retired);
}

template <class Slab>
void RetireMasterIfLast(Slab& master, Queue<Slab>& retired) {
  if (master.handles == 0 && master.slabs == 1 && master.live.Value() == 0) {
    retired.Add(master);
  }
}

// A family with one handle and one slab, the master.
template <class Slab>
CacheResult<Slab*> Create(typename Slab::Provider provider) {
  const auto slab = NewSlab<Slab>(provider, nullptr);
  if (!slab) return slab;
  Slab& master = **slab;
  master.partial = typename Slab::Link(&master);
  master.handles = 1;
  master.slabs = 1;
  master.Seal();
  return slab;
}

template <class Slab>
CacheResult<void> Attach(Slab& master) {
  const LockGuard guard(master.lock);
  if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
  ++master.handles;
  master.Seal();
  return {};
}

// The handle is null afterwards, unless the master is corrupt.
template <class Slab>
CacheResult<void> Detach(Slab*& handle) {
  Slab& master = *handle;
  const auto provider = master.provider;
  Queue<Slab> retired;
  {
    const LockGuard guard(master.lock);
    if (!IsSoundWithReserve(master) || master.handles == 0) {
      return std::unexpected(CacheError::kFatalError);
    }
    handle = nullptr;
    --master.handles;
    if (master.handles == 0) RetireReserve(master, retired);
    master.Seal();
    RetireMasterIfLast(master, retired);
  }
  return GiveBack(retired, provider);
}

template <class Slab>
CacheResult<void> Trim(Slab& master) {
  const auto provider = master.provider;
  Queue<Slab> retired;
  {
    const LockGuard guard(master.lock);
    if (!IsSoundWithReserve(master)) {
      return std::unexpected(CacheError::kFatalError);
    }
    RetireReserve(master, retired);
    master.Seal();
  }
  return GiveBack(retired, provider);
}

// Adds up what the slabs count: no operation on a slot pays for a sum.
template <class Slab>
CacheResult<SlabCacheStatistics> ReadStatistics(Slab& master) {
  const LockGuard guard(master.lock);
  if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
  std::size_t live = 0;
  for (const Slab* slab = &master; slab != nullptr;) {
    if ((slab->live.Damage() | slab->next_of_all.Damage()) != 0) {
      return std::unexpected(CacheError::kFatalError);
    }
    live += slab->live.Value();
    slab = slab->next_of_all.Value();
  }
  return SlabCacheStatistics{master.slabs, master.slabs * Slab::Slots(), live,
                             master.refusals};
}

}  // namespace lockstep::slab_family

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
