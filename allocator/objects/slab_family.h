#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_

// The slabs of one object cache: a master, whose header has the lock and the
// books that all share, and slaves, which come and go.
//
//     handles, objects' addresses
//        |
//        v           partial
//     +--------+ -----------------> [slab] <-> [slab] <-> ...
//     | master |       full
//     |        | -----------------> [slab] <-> ...
//     +--------+      reserve
//              \-----------------> [slab], empty
//
//   Requires   `Slab` is an ObjectSlab. The caller holds the master's lock when
//              it changes or audits a list, or retires slabs, and no lock when
//              it calls any other function.
//   Retention  a slave that becomes empty is kept in reserve if there is no
//              reserve, and given back otherwise. After the last handle is
//              gone, every slab that becomes empty is given back, the master
//              last.
//   Locking    decisions are made under the master's lock; the provider is
//              called without it. Once it is decided to give a slab back, only
//              the thread that decided touches it or the lock in it.
//   Errors     see CacheError. kFatalError: what was read is corrupt, and stays
//              as it is; or as a function says.
//   Complexity O(slots) for NewSlab, Create and Audit, O(slabs) for GiveBack,
//              and O(1) for the others.
//   Invariant  every slab is on the list that its number of live slots
//              requires, and the counts of the master are the sums (checked by
//              Audit).

#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include "allocator/base/address.h"
#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/checked.h"
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

// Leaves the links of the slab itself, which the caller has checked, as they are.
template <class Slab>
void TakeOff(Slab*& list, const Slab& slab) {
  Slab* const next = slab.next.Value();
  Slab* const previous = slab.previous.Value();
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

template <class Slab>
void RetireReserve(Slab& master, Queue<Slab>& retired) {
  if (master.reserve == nullptr) return;
  --master.slabs;
  retired.Add(*std::exchange(master.reserve, nullptr));
}

template <class Slab>
void RetireMasterIfLast(Slab& master, Queue<Slab>& retired) {
  if (master.handles == 0 && master.live_objects == 0) retired.Add(master);
}

// A family with one handle and one slab, the master.
template <class Slab>
CacheResult<Slab*> Create(typename Slab::Provider provider) {
  const auto slab = NewSlab<Slab>(provider, nullptr);
  if (!slab) return slab;
  Slab& master = **slab;
  master.partial = &master;
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
    if (!IsSoundMaster(master) || master.handles == 0) {
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
    if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
    RetireReserve(master, retired);
    master.Seal();
  }
  return GiveBack(retired, provider);
}

template <class Slab>
CacheResult<SlabCacheStatistics> ReadStatistics(Slab& master) {
  const LockGuard guard(master.lock);
  if (!IsSoundMaster(master)) return std::unexpected(CacheError::kFatalError);
  return SlabCacheStatistics{master.slabs, master.slabs * Slab::Slots(),
                             master.live_objects, master.refusals};
}

// The name of the first broken invariant on a list, or null. Adds to the
// counts.
template <class Slab>
const char* AuditList(const Slab& master, const Slab* list, std::size_t& slabs,
                      std::size_t& live) {
  const Slab* previous = nullptr;
  for (const Slab* slab = list; slab != nullptr;) {
    if (const char* broken = slab->Audit()) return broken;
    const std::uint32_t live_here = slab->live.Value();
    const bool is_full = live_here == Slab::Slots();
    if (slab->master != &master || slab->previous.Value() != previous ||
        is_full != (list == master.full) || ++slabs > master.slabs) {
      return "slab_cache.lists";
    }
    live += live_here;
    previous = slab;
    slab = slab->next.Value();
  }
  return nullptr;
}

template <class Slab>
const char* AuditReserve(const Slab& master) {
  const Slab& reserve = *master.reserve;
  if (const char* broken = reserve.Audit()) return broken;
  const bool is_listed =
      reserve.next.Value() != nullptr || reserve.previous.Value() != nullptr;
  return reserve.master == &master && !is_listed && reserve.live.Value() == 0
             ? nullptr
             : "slab_cache.reserve";
}

// The name of the first broken invariant of the family, or null.
template <class Slab>
const char* Audit(Slab& master) {
  const LockGuard guard(master.lock);
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
