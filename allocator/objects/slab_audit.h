#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_AUDIT_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_AUDIT_H_

// The audit of a family of slabs: the lists, and every slab on them.
//   Requires   `Slab` is an ObjectSlab. The master's lock, except for Audit,
//              which takes it.
//   Errors     the name of the first broken invariant, or null.
//   Complexity O(slabs * slots).
//   Invariant  see slab_family.h.

#include <cstddef>

#include "allocator/base/lock.h"

namespace lockstep::slab_family {

// Counts the slabs that must be on the list of partial ones.
template <class Slab>
const char* AuditAll(const Slab& master, std::size_t& partial) {
  const Slab* previous = nullptr;
  std::size_t slabs = 0;
  for (const Slab* slab = &master; slab != nullptr;) {
    if (const char* broken = slab->Audit()) return broken;
    if (!slab->BelongsTo(master) || slab->previous_of_all.Value() != previous ||
        ++slabs > master.slabs) {
      return "slab_cache.lists";
    }
    if (!slab->IsFull() && slab != master.reserve) ++partial;
    previous = slab;
    slab = slab->next_of_all.Value();
  }
  return slabs == master.slabs ? nullptr : "slab_cache.slabs";
}

template <class Slab>
const char* AuditPartial(const Slab& master, std::size_t slabs) {
  const Slab* previous = nullptr;
  for (const Slab* slab = master.partial.Value(); slab != nullptr; --slabs) {
    if (slabs == 0 || !slab->BelongsTo(master) || slab == master.reserve ||
        slab->IsFull() ||
        (previous != nullptr && slab->previous.Value() != previous)) {
      return "slab_cache.lists";
    }
    previous = slab;
    slab = slab->next.Value();
  }
  return slabs == 0 ? nullptr : "slab_cache.lists";
}

template <class Slab>
const char* AuditReserve(const Slab& master) {
  if (master.reserve == nullptr) return nullptr;
  const Slab& reserve = *master.reserve;
  if (const char* broken = reserve.Audit()) return broken;
  const bool is_listed =
      reserve.next.Value() != nullptr || reserve.previous.Value() != nullptr;
  return reserve.BelongsTo(master) && !is_listed && reserve.live.Value() == 0
             ? nullptr
             : "slab_cache.reserve";
}

template <class Slab>
const char* AuditFamily(const Slab& master) {
  if (const char* broken = master.Audit()) return broken;
  if (master.Damage() != 0) return "slab_cache.seal";
  std::size_t partial = 0;
  const char* broken = AuditReserve(master);
  if (broken == nullptr) broken = AuditAll(master, partial);
  if (broken == nullptr) broken = AuditPartial(master, partial);
  return broken;
}

template <class Slab>
const char* Audit(Slab& master) {
  const LockGuard guard(master.lock);
  return AuditFamily(master);
}

}  // namespace lockstep::slab_family

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_AUDIT_H_
