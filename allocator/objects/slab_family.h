#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_

// The slabs of one object cache: a master, which holds what they share, and
// slaves, which come and go. Its slots are dealt in by SlotTaking, which brings
// new slaves, and SlotFreeing; SlabCache makes objects of them.
//   Placement  see SlabBooks.
//   Retention  a slave that becomes empty is kept in reserve if there is none,
//              else given back at once. With the last handle gone, whatever is
//              empty is given back, the master last of all.
//   Locking    decisions are made under the master's lock; the provider is
//              called without it. Nothing touches a slab, or the lock of a
//              family, once the decision to give it back has been made, but the
//              one thread that made it.
//   Errors     see CacheError. What is found corrupt is left as it is.
//   Complexity O(1), but Create and Audit: O(slots).
//   Invariant  every slab is on the list that its live slots say; the counts of
//              the master are the sums (Audit).

#include <cstddef>
#include <utility>

#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_books.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_list.h"
#include "allocator/objects/slab_supply.h"
#include "allocator/objects/slab_view.h"

namespace lockstep {

struct SlabCacheStatistics {
  std::size_t slabs;
  std::size_t slots;
  std::size_t live_objects;
  std::size_t refusals;  // How often the provider gave no slab of use.
};

template <class Lock, class Provider, SlabShape kShape>
class SlabFamily {
 public:
  using Header = SlabHeader<Lock, Provider>;

  // A family with one handle.
  static CacheResult<Header*> Create(Provider provider);
  static CacheResult<void> Attach(Header& master);
  // The handle is null afterwards, unless its header is corrupt.
  static CacheResult<void> Detach(Header*& handle);

  static CacheResult<void> Trim(Header& master);
  static CacheResult<SlabCacheStatistics> ReadStatistics(Header& master);
  static const char* Audit(Header& master);

 private:
  using View = SlabView<Header, kShape>;
  using Lists = SlabLists<Header, kShape>;
  using Supply = SlabSupply<Lock, Provider, kShape>;
  using Doomed = typename Supply::Doomed;
};

template <class Lock, class Provider, SlabShape kShape>
auto SlabFamily<Lock, Provider, kShape>::Create(Provider provider)
    -> CacheResult<Header*> {
  const auto slab = Supply::NewSlab(provider, nullptr);
  if (!slab) return slab;
  Header& master = **slab;
  master.partial = &master;
  master.handles = 1;
  master.slabs = 1;
  View(master).Seal();
  return slab;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Attach(Header& master) {
  const LockGuard guard(master.lock);
  if (!Lists::AreTrusted(master, {&master})) {
    return std::unexpected(CacheError::kFatalError);
  }
  ++master.handles;
  View(master).Seal();
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Detach(Header*& handle) {
  Header& master = *handle;
  Doomed doomed;
  const Provider provider = master.provider;
  {
    const LockGuard guard(master.lock);
    if (!Lists::AreTrusted(master, {&master, master.reserve}) ||
        master.handles == 0) {
      return std::unexpected(CacheError::kFatalError);
    }
    handle = nullptr;
    --master.handles;
    if (master.handles == 0 && master.reserve != nullptr) {
      --master.slabs;
      doomed.Add(*std::exchange(master.reserve, nullptr));
    }
    View(master).Seal();
    if (master.handles == 0 && master.live_objects == 0) doomed.Add(master);
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Trim(Header& master) {
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    if (!Lists::AreTrusted(master, {&master, master.reserve})) {
      return std::unexpected(CacheError::kFatalError);
    }
    if (master.reserve == nullptr) return {};
    doomed.Add(*master.reserve);
    master.reserve = nullptr;
    --master.slabs;
    View(master).Seal();
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<SlabCacheStatistics>
SlabFamily<Lock, Provider, kShape>::ReadStatistics(Header& master) {
  const LockGuard guard(master.lock);
  if (!Lists::AreTrusted(master, {&master})) {
    return std::unexpected(CacheError::kFatalError);
  }
  return SlabCacheStatistics{master.slabs, master.slabs * kShape.slots,
                             master.live_objects, master.refusals};
}

template <class Lock, class Provider, SlabShape kShape>
const char* SlabFamily<Lock, Provider, kShape>::Audit(Header& master) {
  const LockGuard guard(master.lock);
  return SlabBooks<Lock, Provider, kShape>::Audit(master);
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_FAMILY_H_
