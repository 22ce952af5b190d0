#ifndef LOCKSTEP_ALLOCATOR_SLAB_FAMILY_H_
#define LOCKSTEP_ALLOCATOR_SLAB_FAMILY_H_

// The slabs of one object cache: a master, which holds what they share, and
// slaves, which come and go. Deals in slots; SlabCache makes objects of them.
//   Placement  a slot comes from the slab that last went from full to partial
//   or
//              was last added; in it, from the slot freed last, or the lowest
//              of a fresh slab. When no slab is partial, from the reserve, then
//              from a new slave.
//   Retention  a slave that becomes empty is kept in reserve if there is none,
//              else given back at once. With the last handle gone, whatever is
//              empty is given back, the master last of all.
//   Locking    decisions are made under the master's lock; the provider is
//              called without it. Nothing touches a slab, or the lock of a
//              family, once the decision to give it back has been made, but the
//              one thread that made it.
//   Errors     see CacheError. What is found corrupt is left as it is.
//   Complexity O(1), but a new slave: O(slots).
//   Invariant  every slab is on the list that its live slots say; the counts of
//              the master are the sums (Audit).

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <new>
#include <utility>

#include "allocator/address.h"
#include "allocator/assert.h"
#include "allocator/cache_error.h"
#include "allocator/layout.h"
#include "allocator/lock.h"
#include "allocator/platform.h"
#include "allocator/slab_header.h"
#include "allocator/slab_list.h"
#include "allocator/slab_provider.h"
#include "allocator/slab_view.h"

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
  static CacheResult<void> Detach(Header& master);

  // Sets slots 0 to count - 1, or none. Slots has Set(i, pointer) and Get(i).
  template <class Slots>
  static CacheResult<void> Take(Header& master, std::size_t count, Slots slots);

  static CacheResult<void> Free(void* object);
  // A free in halves: once it is claimed, an object cannot be freed any more,
  // so its destructor can run; then the slot is returned.
  static CacheResult<void> Claim(void* object);
  static CacheResult<void> Return(void* object);

  // The same for objects of one family, each under one lock. Those that cannot
  // be freed are set to null; the last error is returned.
  template <class Slots>
  static CacheResult<void> FreeMany(Header& master, std::size_t count,
                                    Slots slots);
  template <class Slots>
  static CacheResult<void> ClaimMany(Header& master, std::size_t count,
                                     Slots slots);
  template <class Slots>
  static CacheResult<void> ReturnMany(Header& master, std::size_t count,
                                      Slots slots);

  static CacheResult<void> Trim(Header& master);
  static CacheResult<SlabCacheStatistics> ReadStatistics(Header& master);
  static const char* Audit(Header& master);

 private:
  using View = SlabView<Header, kShape>;
  using Lists = SlabLists<Header, kShape>;

  // What was decided to give back, in this order; linked through the headers.
  class Doomed {
   public:
    void Add(Header& slab) {
      View(slab).Destroy();
      slab.next = nullptr;
      (last_ == nullptr ? first_ : last_->next) = &slab;
      last_ = &slab;
    }
    CacheResult<void> GiveBack(Provider provider) const;

   private:
    Header* first_ = nullptr;
    Header* last_ = nullptr;
  };

  static std::unexpected<CacheError> Fatal() {
    return std::unexpected(CacheError::kFatalError);
  }
  static Layout SlabLayout() {
    return *Layout::Make(kShape.slab_bytes, kShape.slab_bytes);
  }

  // Slabs that the provider gave, and no list has yet.
  struct Fresh {
    Header* first = nullptr;
    Header* last = nullptr;
    std::size_t slabs = 0;
  };

  // An error: some may be taken.
  template <class Slots>
  static CacheResult<void> GrowAndTake(Header& master, std::size_t count,
                                       Slots slots, Fresh& fresh,
                                       std::size_t& taken);
  // False: that many slabs are not enough. An error: some may be taken.
  template <class Slots>
  static CacheResult<bool> TakeAll(Header& master, std::size_t count,
                                   Slots slots, Fresh& fresh,
                                   std::size_t& taken);
  template <class Slots>
  static CacheResult<void> PutAllBack(std::size_t taken, Slots slots);

  static CacheResult<Header*> NewSlab(Provider provider, Header* master);
  static CacheResult<void> Grow(Header& master, Fresh& fresh);
  static CacheResult<void> GiveBack(Fresh fresh, Provider provider);
  static CacheResult<Header*> SlabOf(void* object);

  // All of these under the lock.
  static bool AreTrusted(const Header& master,
                         std::initializer_list<Header*> slabs) {
    return Lists::AreTrusted(master, slabs);
  }
  static CacheResult<void*> TakeOne(Header& master, Fresh& fresh);
  static CacheResult<Header*> Freeable(Header& master, void* object);
  static CacheResult<void> ClaimIn(Header& master, void* object);
  static CacheResult<void> ReturnIn(Header& master, void* object,
                                    Doomed& doomed);
  static void RetireSlave(Header& master, Header& slab, Doomed& doomed);
};

template <class Lock, class Provider, SlabShape kShape>
auto SlabFamily<Lock, Provider, kShape>::NewSlab(Provider provider,
                                                 Header* master)
    -> CacheResult<Header*> {
  void* const memory = provider.Allocate(SlabLayout());
  if (memory == nullptr) return std::unexpected(CacheError::kOutOfMemory);
  if (!IsAligned(AddressOf(memory), kShape.slab_bytes)) {
    if (!provider.Free(memory, SlabLayout())) return Fatal();
    return std::unexpected(CacheError::kAlignmentMismatch);
  }
  auto* const slab = ::new (memory) Header{.sentinel = 0,
                                           .master = nullptr,
                                           .seal = 0,
                                           .next = nullptr,
                                           .previous = nullptr,
                                           .free_slot = 0,
                                           .live = 0,
                                           .partial = nullptr,
                                           .full = nullptr,
                                           .reserve = nullptr,
                                           .handles = 0,
                                           .slabs = 0,
                                           .live_objects = 0,
                                           .refusals = 0,
                                           .provider = provider,
                                           .lock{}};
  View(*slab).Format(master == nullptr ? *slab : *master);
  return slab;
}

template <class Lock, class Provider, SlabShape kShape>
auto SlabFamily<Lock, Provider, kShape>::Create(Provider provider)
    -> CacheResult<Header*> {
  const auto slab = NewSlab(provider, nullptr);
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
  if (!AreTrusted(master, {&master})) return Fatal();
  ++master.handles;
  View(master).Seal();
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Detach(Header& master) {
  Doomed doomed;
  const Provider provider = master.provider;
  {
    const LockGuard guard(master.lock);
    if (!AreTrusted(master, {&master, master.reserve}) || master.handles == 0) {
      return Fatal();
    }
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

// Nothing is taken before there is enough for all: an error changes nothing.
template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Take(Header& master,
                                                           std::size_t count,
                                                           Slots slots) {
  const Provider provider = master.provider;
  Fresh fresh;
  std::size_t taken = 0;
  const auto result = GrowAndTake(master, count, slots, fresh, taken);
  const auto given_back = GiveBack(fresh, provider);
  if (result && given_back) return {};
  const auto undone = PutAllBack(taken, slots);
  if (!given_back || !undone) return Fatal();
  return result;
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::GrowAndTake(
    Header& master, std::size_t count, Slots slots, Fresh& fresh,
    std::size_t& taken) {
  for (;;) {
    const auto done = TakeAll(master, count, slots, fresh, taken);
    if (!done) return std::unexpected(done.error());
    if (*done) return {};
    const auto grown = Grow(master, fresh);
    if (!grown) return grown;
  }
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<bool> SlabFamily<Lock, Provider, kShape>::TakeAll(
    Header& master, std::size_t count, Slots slots, Fresh& fresh,
    std::size_t& taken) {
  const LockGuard guard(master.lock);
  if (!AreTrusted(master, {&master})) return Fatal();
  const std::size_t slabs = master.slabs + fresh.slabs;
  if (slabs * kShape.slots - master.live_objects < count) return false;
  // Whatever is corrupt is found before the first fresh slab is linked.
  if (fresh.slabs > 0 && !AreTrusted(master, {master.full})) return Fatal();
  for (; taken < count; ++taken) {
    const auto slot = TakeOne(master, fresh);
    if (!slot) return std::unexpected(slot.error());
    slots.Set(taken, *slot);
  }
  return true;
}

// Last taken, first back: the free lists are as they were.
template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::PutAllBack(
    std::size_t taken, Slots slots) {
  bool has_failed = false;
  while (taken > 0) {
    has_failed |= !Free(slots.Get(--taken));
    slots.Set(taken, nullptr);
  }
  if (has_failed) return Fatal();
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Grow(Header& master,
                                                           Fresh& fresh) {
  const auto slab = NewSlab(master.provider, &master);
  if (slab) {
    (fresh.slabs == 0 ? fresh.first : fresh.last->next) = *slab;
    if (fresh.slabs > 0) View(*fresh.last).Seal();
    fresh.last = *slab;
    ++fresh.slabs;
    return {};
  }
  const LockGuard guard(master.lock);
  if (!AreTrusted(master, {&master})) return Fatal();
  ++master.refusals;
  View(master).Seal();
  return std::unexpected(slab.error());
}

// Those that other threads, by what they freed, have made superfluous.
template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::GiveBack(
    Fresh fresh, Provider provider) {
  Doomed doomed;
  while (fresh.first != nullptr) {
    Header& slab = *fresh.first;
    fresh.first = slab.next;
    doomed.Add(slab);
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void*> SlabFamily<Lock, Provider, kShape>::TakeOne(Header& master,
                                                               Fresh& fresh) {
  if (!AreTrusted(master, {&master})) return Fatal();
  const bool is_listed = master.partial != nullptr;
  const bool is_fresh = !is_listed && master.reserve == nullptr;
  Header*& first = is_listed  ? master.partial
                   : is_fresh ? fresh.first
                              : master.reserve;
  Header* const slab = first;
  if (slab == nullptr || !AreTrusted(master, {slab})) return Fatal();
  const bool gets_full = slab->live + 1 == kShape.slots;
  if (gets_full && !AreTrusted(master, {slab->next, master.full})) {
    return Fatal();
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
auto SlabFamily<Lock, Provider, kShape>::SlabOf(void* object)
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
  if (!View(*master).HasSentinel() || master->master != master) return Fatal();
  return slab;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Free(void* object) {
  const auto slab = SlabOf(object);
  if (!slab) return std::unexpected(slab.error());
  Header& master = *(*slab)->master;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    if (const auto claimed = ClaimIn(master, object); !claimed) return claimed;
    const auto returned = ReturnIn(master, object, doomed);
    Assert(returned.has_value(), "what was claimed can be returned");
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Claim(void* object) {
  const auto slab = SlabOf(object);
  if (!slab) return std::unexpected(slab.error());
  Header& master = *(*slab)->master;
  const LockGuard guard(master.lock);
  return ClaimIn(master, object);
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Return(void* object) {
  const auto slab = SlabOf(object);
  if (!slab) return std::unexpected(slab.error());
  Header& master = *(*slab)->master;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    const auto returned = ReturnIn(master, object, doomed);
    if (!returned) return returned;
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::ClaimMany(
    Header& master, std::size_t count, Slots slots) {
  CacheResult<void> result;
  const LockGuard guard(master.lock);
  for (std::size_t i = 0; i < count; ++i) {
    const auto claimed = ClaimIn(master, slots.Get(i));
    if (claimed) continue;
    slots.Set(i, nullptr);
    result = claimed;
  }
  return result;
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::ReturnMany(
    Header& master, std::size_t count, Slots slots) {
  CacheResult<void> result;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    for (std::size_t i = 0; i < count; ++i) {
      if (slots.Get(i) == nullptr) continue;
      const auto returned = ReturnIn(master, slots.Get(i), doomed);
      if (!returned) result = returned;
    }
  }
  const auto given_back = doomed.GiveBack(provider);
  return result ? given_back : result;
}

template <class Lock, class Provider, SlabShape kShape>
template <class Slots>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::FreeMany(
    Header& master, std::size_t count, Slots slots) {
  CacheResult<void> result;
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    for (std::size_t i = 0; i < count; ++i) {
      auto freed = ClaimIn(master, slots.Get(i));
      if (freed) freed = ReturnIn(master, slots.Get(i), doomed);
      if (!freed) result = freed;
    }
  }
  const auto given_back = doomed.GiveBack(provider);
  return result ? given_back : result;
}

// The slab of an object, if every header that a free will write to can be
// believed.
template <class Lock, class Provider, SlabShape kShape>
auto SlabFamily<Lock, Provider, kShape>::Freeable(Header& master, void* object)
    -> CacheResult<Header*> {
  const auto found = SlabOf(object);
  if (!found) return found;
  Header* const slab = *found;
  if (slab->master != &master) {
    return std::unexpected(CacheError::kInvalidPointer);
  }
  if (!AreTrusted(master, {&master, slab})) return Fatal();
  const bool moves =
      slab->live == kShape.slots || (slab->live == 1 && slab != &master);
  if (moves &&
      !AreTrusted(master, {slab->next, slab->previous, master.partial})) {
    return Fatal();
  }
  return slab;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::ClaimIn(Header& master,
                                                              void* object) {
  const auto slab = Freeable(master, object);
  if (!slab) return std::unexpected(slab.error());
  View view(**slab);
  const std::uint32_t slot = view.SlotAt(object);
  if (view.IsFree(slot)) return std::unexpected(CacheError::kInvalidPointer);
  if (!view.IsLive(slot)) return Fatal();
  view.SetLive(slot, false);
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::ReturnIn(Header& master,
                                                               void* object,
                                                               Doomed& doomed) {
  const auto found = Freeable(master, object);
  if (!found) return std::unexpected(found.error());
  Header& slab = **found;
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
  return {};
}

template <class Lock, class Provider, SlabShape kShape>
void SlabFamily<Lock, Provider, kShape>::RetireSlave(Header& master,
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
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Doomed::GiveBack(
    Provider provider) const {
  CacheResult<void> result;
  for (Header* slab = first_; slab != nullptr;) {
    Header* const next = slab->next;
    slab->lock.~Lock();
    if (!provider.Free(slab, SlabLayout())) result = Fatal();
    slab = next;
  }
  return result;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabFamily<Lock, Provider, kShape>::Trim(Header& master) {
  const Provider provider = master.provider;
  Doomed doomed;
  {
    const LockGuard guard(master.lock);
    if (!AreTrusted(master, {&master, master.reserve})) return Fatal();
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
  if (!AreTrusted(master, {&master})) return Fatal();
  return SlabCacheStatistics{master.slabs, master.slabs * kShape.slots,
                             master.live_objects, master.refusals};
}

template <class Lock, class Provider, SlabShape kShape>
const char* SlabFamily<Lock, Provider, kShape>::Audit(Header& master) {
  const LockGuard guard(master.lock);
  if (const char* broken = View(master).Audit()) return broken;
  std::size_t slabs = 0;
  std::size_t live = 0;
  const char* broken =
      Lists::AuditList(master, master.partial, false, slabs, live);
  if (broken == nullptr) {
    broken = Lists::AuditList(master, master.full, true, slabs, live);
  }
  if (broken != nullptr) return broken;
  if (master.reserve != nullptr) {
    ++slabs;
    broken = View(*master.reserve).Audit();
    if (broken != nullptr) return broken;
    if (master.reserve->live != 0) return "slab_cache.reserve";
  }
  if (slabs != master.slabs) return "slab_cache.slabs";
  return live == master.live_objects ? nullptr : "slab_cache.live_objects";
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_SLAB_FAMILY_H_
