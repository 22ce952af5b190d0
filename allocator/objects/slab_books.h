#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOOKS_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOOKS_H_

// The books of a family, one slot at a time: from which slab it is taken, and
// what becomes of the slab that it comes back to.
//   Requires   the lock of the master, but for SlabOf.
//   Placement  a slot comes from the slab that was last added, or last went
//              from full to partial; in it, from the slot freed last, or the
//              lowest of a fresh slab. When no slab is partial, from the
//              reserve, then from a fresh slab.
//   Errors     see CacheError. Every header that is to be written to is
//              believed first: an error has changed nothing.
//   Complexity O(1), but Audit: O(slots).

#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_list.h"
#include "allocator/objects/slab_supply.h"
#include "allocator/objects/slab_view.h"

namespace lockstep {

template <class Lock, class Provider, SlabShape kShape>
class SlabBooks {
 public:
  using Header = SlabHeader<Lock, Provider>;
  using Fresh = typename SlabSupply<Lock, Provider, kShape>::Fresh;
  using Doomed = typename SlabSupply<Lock, Provider, kShape>::Doomed;

  // A fresh slab that is used joins the family. kFatalError also if there is no
  // free slot.
  static CacheResult<void*> Take(Header& master, Fresh& fresh);

  static CacheResult<Header*> SlabOf(void* object);
  // Slabs may be doomed afterwards.
  static CacheResult<void> Free(Header& master, void* object, Doomed& doomed);
  // The two halves of a free, of which the second may doom slabs.
  static CacheResult<void> Claim(Header& master, void* object);
  static CacheResult<void> Return(Header& master, void* object, Doomed& doomed);

  // The name of the first broken invariant, or null.
  static const char* Audit(Header& master);

 private:
  using View = SlabView<Header, kShape>;
  using Lists = SlabLists<Header, kShape>;

  static CacheResult<Header*> Freeable(Header& master, void* object);
  static CacheResult<void> Mark(Header& slab, void* object);
  static void PutBack(Header& master, Header& slab, void* object,
                      Doomed& doomed);
  static void RetireSlave(Header& master, Header& slab, Doomed& doomed);
};

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void*> SlabBooks<Lock, Provider, kShape>::Take(Header& master,
                                                           Fresh& fresh) {
  if (!Lists::AreTrusted(master, {&master})) {
    return std::unexpected(CacheError::kFatalError);
  }
  const bool is_listed = master.partial != nullptr;
  const bool is_fresh = !is_listed && master.reserve == nullptr;
  Header*& first = is_listed  ? master.partial
                   : is_fresh ? fresh.first
                              : master.reserve;
  Header* const slab = first;
  if (slab == nullptr || !Lists::AreTrusted(master, {slab})) {
    return std::unexpected(CacheError::kFatalError);
  }
  const bool gets_full = slab->live + 1 == kShape.slots;
  if (gets_full && !Lists::AreTrusted(master, {slab->next, master.full})) {
    return std::unexpected(CacheError::kFatalError);
  }
  View view(*slab);
  const auto slot = view.Pop();
  if (!slot) return std::unexpected(slot.error());
  if (is_fresh) {
    ++master.slabs;
    --fresh.slabs;
  }
  if (!is_listed) {
    first = slab->next;
    Lists::PushOn(master.partial, *slab);
  } else if (gets_full) {
    Lists::TakeOff(master.partial, *slab);
    Lists::PushOn(master.full, *slab);
  }
  ++master.live_objects;
  view.Seal();
  View(master).Seal();
  return view.AddressOfSlot(*slot);
}

// The sentinel first: nothing else is believed before it.
template <class Lock, class Provider, SlabShape kShape>
auto SlabBooks<Lock, Provider, kShape>::SlabOf(void* object)
    -> CacheResult<Header*> {
  const Address base = AlignDown(AddressOf(object), kShape.slab_bytes);
  auto* const slab = static_cast<Header*>(PointerTo(base));
  if (base == 0 || !View(*slab).HasSentinel()) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  if (View(*slab).SlotAt(object) == kNoSlot) {
    return std::unexpected(CacheError::kAlignmentMismatch);
  }
  Header* const master = slab->master;
  if (!View(*master).HasSentinel() || master->master != master) {
    return std::unexpected(CacheError::kFatalError);
  }
  return slab;
}

// The slab of an object, if every header that a free will write to can be
// believed.
template <class Lock, class Provider, SlabShape kShape>
auto SlabBooks<Lock, Provider, kShape>::Freeable(Header& master, void* object)
    -> CacheResult<Header*> {
  const auto found = SlabOf(object);
  if (!found) return found;
  Header* const slab = *found;
  if (slab->master != &master) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  if (!Lists::AreTrusted(master, {&master, slab})) {
    return std::unexpected(CacheError::kFatalError);
  }
  const bool moves =
      slab->live == kShape.slots || (slab->live == 1 && slab != &master);
  if (moves && !Lists::AreTrusted(
                   master, {slab->next, slab->previous, master.partial})) {
    return std::unexpected(CacheError::kFatalError);
  }
  return slab;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabBooks<Lock, Provider, kShape>::Free(Header& master,
                                                          void* object,
                                                          Doomed& doomed) {
  const auto slab = Freeable(master, object);
  if (!slab) return std::unexpected(slab.error());
  const auto marked = Mark(**slab, object);
  if (marked) PutBack(master, **slab, object, doomed);
  return marked;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabBooks<Lock, Provider, kShape>::Claim(Header& master,
                                                           void* object) {
  const auto slab = Freeable(master, object);
  if (!slab) return std::unexpected(slab.error());
  return Mark(**slab, object);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabBooks<Lock, Provider, kShape>::Mark(Header& slab,
                                                          void* object) {
  View view(slab);
  const std::uint32_t slot = view.SlotAt(object);
  if (view.IsFree(slot)) return std::unexpected(CacheError::kInvalidPointer);
  if (!view.IsLive(slot)) return std::unexpected(CacheError::kFatalError);
  view.SetLive(slot, false);
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabBooks<Lock, Provider, kShape>::Return(Header& master,
                                                            void* object,
                                                            Doomed& doomed) {
  const auto slab = Freeable(master, object);
  if (!slab) return std::unexpected(CacheError::kFatalError);
  PutBack(master, **slab, object, doomed);
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
void SlabBooks<Lock, Provider, kShape>::PutBack(Header& master, Header& slab,
                                                void* object, Doomed& doomed) {
  View view(slab);
  const bool was_full = slab.live == kShape.slots;
  view.Push(view.SlotAt(object));
  --master.live_objects;
  if (was_full) {
    Lists::TakeOff(master.full, slab);
    Lists::PushOn(master.partial, slab);
  }
  view.Seal();
  if (slab.live == 0 && &slab != &master) RetireSlave(master, slab, doomed);
  View(master).Seal();
  if (master.handles == 0 && master.live_objects == 0) doomed.Add(master);
}

template <class Lock, class Provider, SlabShape kShape>
void SlabBooks<Lock, Provider, kShape>::RetireSlave(Header& master,
                                                    Header& slab,
                                                    Doomed& doomed) {
  Lists::TakeOff(master.partial, slab);
  if (master.handles != 0 && master.reserve == nullptr) {
    master.reserve = &slab;
    View(slab).Seal();
  } else {
    --master.slabs;
    doomed.Add(slab);
  }
}

template <class Lock, class Provider, SlabShape kShape>
const char* SlabBooks<Lock, Provider, kShape>::Audit(Header& master) {
  if (const char* broken = View(master).Audit()) return broken;
  std::size_t slabs = 0;
  std::size_t live = 0;
  const char* broken =
      Lists::AuditList(master, master.partial, false, slabs, live);
  if (broken == nullptr) {
    broken = Lists::AuditList(master, master.full, true, slabs, live);
  }
  if (broken != nullptr) return broken;
  if (const Header* const reserve = master.reserve; reserve != nullptr) {
    ++slabs;
    broken = View(*master.reserve).Audit();
    if (broken != nullptr) return broken;
    const bool is_listed =
        reserve->next != nullptr || reserve->previous != nullptr;
    if (reserve->master != &master || reserve->live != 0 || is_listed) {
      return "slab_cache.reserve";
    }
  }
  if (slabs != master.slabs) return "slab_cache.slabs";
  return live == master.live_objects ? nullptr : "slab_cache.live_objects";
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOOKS_H_
