#ifndef LOCKSTEP_ALLOCATOR_SLOT_TAKING_H_
#define LOCKSTEP_ALLOCATOR_SLOT_TAKING_H_

// How slots are taken from a family: as many as are wanted, or none. Nothing is
// taken before there is enough for all, so an error changes nothing; but refusals
// of the provider are counted.
//   Requires   of Slots: Set(i, pointer) and Get(i).
//   Errors     kOutOfMemory, kAlignmentMismatch: a new slave was needed;
//              kFatalError: what is found corrupt is left as it is.
//   Complexity O(1) a slot, but a new slave: O(slots).

#include <cstddef>

#include "allocator/cache_error.h"
#include "allocator/lock.h"
#include "allocator/slab_books.h"
#include "allocator/slab_header.h"
#include "allocator/slab_list.h"
#include "allocator/slab_supply.h"
#include "allocator/slab_view.h"
#include "allocator/slot_freeing.h"

namespace lockstep {

template <class Lock, class Provider, SlabShape kShape, class Slots>
class SlotTaking {
 public:
  using Header = SlabHeader<Lock, Provider>;

  SlotTaking(Header& master, std::size_t count, Slots slots)
      : master_(master), count_(count), slots_(slots) {}

  // Sets slots 0 to count - 1, or none. Once.
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
  void PutAllBack();

  Header& master_;
  std::size_t count_;
  Slots slots_;
  typename Supply::Fresh fresh_;
  std::size_t taken_ = 0;
};

template <class Lock, class Provider, SlabShape kShape, class Slots>
CacheResult<void> SlotTaking<Lock, Provider, kShape, Slots>::Run() {
  const Provider provider = master_.provider;
  const auto result = GrowAndTake();
  // Those that other threads, by what they freed, have made superfluous.
  const auto given_back = fresh_.GiveBack(provider);
  if (result && given_back) return {};
  PutAllBack();
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
  for (; taken_ < count_; ++taken_) {
    const auto slot = SlabBooks<Lock, Provider, kShape>::Take(master_, fresh_);
    if (!slot) return std::unexpected(slot.error());
    slots_.Set(taken_, *slot);
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

// Last taken, first back: the free lists are as they were. That follows only on
// kFatalError, so a slot that cannot be put back is no further error.
template <class Lock, class Provider, SlabShape kShape, class Slots>
void SlotTaking<Lock, Provider, kShape, Slots>::PutAllBack() {
  while (taken_ > 0) {
    static_cast<void>(
        SlotFreeing<Lock, Provider, kShape>::Free(slots_.Get(--taken_)));
    slots_.Set(taken_, nullptr);
  }
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_SLOT_TAKING_H_
