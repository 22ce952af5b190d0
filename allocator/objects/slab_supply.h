#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_SUPPLY_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_SUPPLY_H_

// Between a family of slabs and its provider, which it calls nowhere else:
// slabs that have come, and slabs that are to go.
//   Requires   that NewSlab and GiveBack, which call it, are not called under
//              the lock of the family.
//   Errors     kOutOfMemory, kAlignmentMismatch: no slab of use. kFatalError:
//              the provider did not take a slab back; the others it was given.
//   Complexity O(slabs), but NewSlab: O(slots).

#include <cstddef>
#include <new>

#include "allocator/base/address.h"
#include "allocator/base/layout.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_header.h"
#include "allocator/objects/slab_view.h"

namespace lockstep {

template <class Lock, class Provider, SlabShape kShape>
class SlabSupply {
 public:
  using Header = SlabHeader<Lock, Provider>;
  using View = SlabView<Header, kShape>;

  // Of that master; with null, a master of its own.
  static CacheResult<Header*> NewSlab(Provider provider, Header* master);

  // Slabs that the provider gave, and no list has yet.
  struct Fresh {
    void Add(Header& slab);
    CacheResult<void> GiveBack(Provider provider) const;

    Header* first = nullptr;
    Header* last = nullptr;
    std::size_t slabs = 0;
  };

  // What was decided to give back, in this order; linked through the headers.
  class Doomed {
   public:
    void Add(Header& slab);
    CacheResult<void> GiveBack(Provider provider) const;

   private:
    Header* first_ = nullptr;
    Header* last_ = nullptr;
  };

 private:
  static Layout SlabLayout() {
    return *Layout::Make(kShape.slab_bytes, kShape.slab_bytes);
  }
};

template <class Lock, class Provider, SlabShape kShape>
auto SlabSupply<Lock, Provider, kShape>::NewSlab(Provider provider,
                                                 Header* master)
    -> CacheResult<Header*> {
  void* const memory = provider.Allocate(SlabLayout());
  if (memory == nullptr) return std::unexpected(CacheError::kOutOfMemory);
  if (!IsAligned(AddressOf(memory), kShape.slab_bytes)) {
    if (!provider.Free(memory, SlabLayout())) {
      return std::unexpected(CacheError::kFatalError);
    }
    return std::unexpected(CacheError::kAlignmentMismatch);
  }
  auto* const slab = ::new (memory) Header{.provider = provider, .lock{}};
  View(*slab).Format(master == nullptr ? *slab : *master);
  return slab;
}

template <class Lock, class Provider, SlabShape kShape>
void SlabSupply<Lock, Provider, kShape>::Fresh::Add(Header& slab) {
  (slabs == 0 ? first : last->next) = &slab;
  if (slabs > 0) View(*last).Seal();
  last = &slab;
  ++slabs;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabSupply<Lock, Provider, kShape>::Fresh::GiveBack(
    Provider provider) const {
  Doomed doomed;
  for (Header* slab = first; slab != nullptr;) {
    Header* const next = slab->next;
    doomed.Add(*slab);
    slab = next;
  }
  return doomed.GiveBack(provider);
}

template <class Lock, class Provider, SlabShape kShape>
void SlabSupply<Lock, Provider, kShape>::Doomed::Add(Header& slab) {
  View(slab).Destroy();
  slab.next = nullptr;
  (last_ == nullptr ? first_ : last_->next) = &slab;
  last_ = &slab;
}

template <class Lock, class Provider, SlabShape kShape>
CacheResult<void> SlabSupply<Lock, Provider, kShape>::Doomed::GiveBack(
    Provider provider) const {
  CacheResult<void> result;
  for (Header* slab = first_; slab != nullptr;) {
    Header* const next = slab->next;
    slab->lock.~Lock();
    if (!provider.Free(slab, SlabLayout())) {
      result = std::unexpected(CacheError::kFatalError);
    }
    slab = next;
  }
  return result;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_SUPPLY_H_
