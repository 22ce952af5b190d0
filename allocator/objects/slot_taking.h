#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLOT_TAKING_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLOT_TAKING_H_

// How slots are taken from a family. Nothing is taken before there is enough for
// all, so an error changes nothing; but refusals of the provider are counted.
//   Requires   of Slots: Set(i, pointer).
//   Errors     kOutOfMemory, kAlignmentMismatch: a new slave was needed;
//              kFatalError: what is found corrupt is left as it is, and slots
//              that are set by then are for the caller to free: UnmadeBoxes.
//   Complexity O(1) a slot, but a new slave: O(slots).

#include <cstddef>

#include "allocator/base/lock.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_books.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_list.h"
#include "allocator/objects/slab_supply.h"
#include "allocator/objects/slab_view.h"

namespace lockstep {

template <class Lock, class Provider, SlabShape kShape, class Slots>
class SlotTaking {
 public:
  using Header = SlabHeader<Lock, Provider>;

  SlotTaking(Header& master, std::size_t count, Slots slots)
      : master_(master), count_(count), slots_(slots) {}

  // Sets slots 0 to count - 1. Once.
  CacheResult<void> Run();

 private:
  using View = SlabView<Header, kShape>;
  using Lists = SlabLists<Header, kShape>;
  using Supply = SlabSupply<Lock, Provider, kShape>;

  // An error: some may be taken.
  CacheResult<void> GrowAndTake();
  // False: that many slabs are not enough. An error: some may be taken.
  CacheResult<bool> TakeAll();
  CacheResult<void> Grow();

  Header& master_;
  std::size_t count_;
  Slots slots_;
  typename Supply::Fresh fresh_;
};

template <class Lock, class Provider, SlabShape kShape, class Slots>
CacheResult<void> SlotTaking<Lock, Provider, kShape, Slots>::Run() {
  const Provider provider = master_.provider;
  const auto result = GrowAndTake();
  // Those that other threads, by what they freed, have made superfluous.
  const auto given_back = fresh_.GiveBack(provider);
  return given_back ? result : given_back;
}

template <class Lock, class Provider, SlabShape kShape, class Slots>
CacheResult<void> SlotTaking<Lock, Provider, kShape, Slots>::GrowAndTake() {
  for (;;) {
    const auto done = TakeAll();
    if (!done) return std::unexpected(done.error());
    if (*done) return {};
    const auto grown = Grow();
    if (!grown) return grown;
  }
}

template <class Lock, class Provider, SlabShape kShape, class Slots>
CacheResult<bool> SlotTaking<Lock, Provider, kShape, Slots>::TakeAll() {
  const LockGuard guard(master_.lock);
  if (!Lists::AreTrusted(master_, {&master_})) {
    return std::unexpected(CacheError::kFatalError);
  }
  const std::size_t slabs = master_.slabs + fresh_.slabs;
  if (slabs * kShape.slots - master_.live_objects < count_) return false;
  // Whatever is corrupt is found before the first fresh slab is linked.
  if (fresh_.slabs > 0 && !Lists::AreTrusted(master_, {master_.full})) {
    return std::unexpected(CacheError::kFatalError);
  }
  for (std::size_t i = 0; i < count_; ++i) {
    const auto slot = SlabBooks<Lock, Provider, kShape>::Take(master_, fresh_);
    if (!slot) return std::unexpected(slot.error());
    slots_.Set(i, *slot);
  }
  return true;
}

template <class Lock, class Provider, SlabShape kShape, class Slots>
CacheResult<void> SlotTaking<Lock, Provider, kShape, Slots>::Grow() {
  const auto slab = Supply::NewSlab(master_.provider, &master_);
  if (slab) {
    fresh_.Add(**slab);
    return {};
  }
  const LockGuard guard(master_.lock);
  if (!Lists::AreTrusted(master_, {&master_})) {
    return std::unexpected(CacheError::kFatalError);
  }
  ++master_.refusals;
  View(master_).Seal();
  return std::unexpected(slab.error());
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLOT_TAKING_H_
