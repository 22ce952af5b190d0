#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_OBJECT_SLAB_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_OBJECT_SLAB_H_

// One slab of an object cache: a header, two bits for each slot, and the slots.
//
//     +---------------------------------+ <- a multiple of kSlabBytes
//     | sentinel | master               |
//     | first_free | live               |    numbers, checked
//     | next | previous                 |    in the list of partial slabs, and
//     | next_of_all | previous_of_all   |    in that of all: links, checked
//     +---------------------------------+
//     | partial | seal | reserve        |    a link, and the books of the
//     | handles | slabs | refusals      |    family, sealed, which only the
//     | provider | lock                 |    master's header keeps
//     +---------------------------------+ <- sizeof header
//     | 16 free bits, 16 live bits | .. |    one word for 16 slots
//     +---------------------------------+ <- slots_offset
//     | slot 0: an object               |
//     | slot 1: link |                  |    a free slot links to the next one
//     | ...                             |
//     +---------------------------------+
//     | gap, smaller than a slot        |
//     +---------------------------------+ <- the next multiple of kSlabBytes
//
//   Units      bytes; slots are counted, and named by their index.
//   Requires   the lock of the master, except for HasSentinel and FindSlot.
//   Errors     what is called Damage is 0 if what was read is sound. Nothing
//              may be written otherwise.
//   Complexity O(slots) for Format and Audit, and O(1) for the others.
//   Invariant  the sentinel is made from the slab's address and its master; the
//              seal is the XOR of the books. Links and numbers are checked. Of
//              a slot's two bits exactly one is set. So a change of any bit,
//              and of nearly any byte (checked.h), except in the lock, is found
//              before it is believed. Unsealed, only the sentinel is checked,
//              and the bits when a slot is freed.
//   Sanitizers free slots and the gap are poisoned. Of slots whose size is not
//              a multiple of 8, AddressSanitizer cannot poison the last bytes.
//   After      the crate attachable-slab-allocator; Bonwick 1994, The slab
//              allocator.

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "allocator/objects/checked.h"

namespace lockstep {

// The end of a free list.
inline constexpr std::uint32_t kNoSlot = CheckedNumber<Sealed>::kMax;

struct SlabSizes {
  std::size_t slab_bytes;
  std::size_t slot_bytes;
  std::size_t slot_align;
};

struct SlabShape {
  std::size_t slots_offset;
  std::uint32_t slots;
};

// As many slots as fit behind the header and their bits.
constexpr SlabShape SlabShapeFor(SlabSizes sizes, std::size_t header_bytes) {
  // An upper bound, a few slots off: 16 slots and their bits in what is left.
  const std::size_t left =
      sizes.slab_bytes > header_bytes ? sizes.slab_bytes - header_bytes : 0;
  const std::size_t most = left / (16 * sizes.slot_bytes + 4) * 16 + 16;
  SlabShape shape{0, static_cast<std::uint32_t>(most)};
  for (;; --shape.slots) {
    const std::size_t bits_bytes = (shape.slots + 15) / 16 * 4;
    shape.slots_offset = AlignUp(header_bytes + bits_bytes, sizes.slot_align);
    if (shape.slots == 0 ||
        shape.slots_offset + shape.slots * sizes.slot_bytes <=
            sizes.slab_bytes) {
      return shape;
    }
  }
}

template <class L, class P, SlabSizes kSizes, class Sealing = Sealed>
struct ObjectSlab {
  using Lock = L;
  using Provider = P;
  using Number = CheckedNumber<Sealing>;
  using Link = CheckedPointer<ObjectSlab, Sealing>;
  static constexpr std::size_t kBytes = kSizes.slab_bytes;
  static consteval SlabShape Shape() {
    return SlabShapeFor(kSizes, sizeof(ObjectSlab));
  }
  static consteval std::uint32_t Slots() { return Shape().slots; }

  // All slots of a header that was just constructed become free, and the lowest
  // will be taken first.
  void Format(ObjectSlab& its_master);
  // The slab will not be believed again. Comes before its memory is given back.
  void Destroy() {
    // volatile: the memory may be freed before anybody reads this again.
    static_cast<volatile std::uintptr_t&>(sentinel) = 0;
    Unpoison(Base(), kBytes);
  }

  // Checks the sentinel and the master at once.
  bool BelongsTo(const ObjectSlab& its_master) const {
    return sentinel == (kMagic ^ AddressOf(this) ^ AddressOf(&its_master));
  }
  bool HasSentinel() const;

  // Of all that only a master keeps, and of its number of live slots.
  std::uintptr_t Damage() const {
    const std::uintptr_t links = partial.Damage() | live.Damage();
    return Sealing::kSeals ? (seal ^ SealNow()) | links : links;
  }
  void Seal() {
    if (Sealing::kSeals) seal = SealNow();
  }

  // False if the address is not that of a slot.
  bool FindSlot(const void* address, std::uint32_t& slot) const;
  void* AddressOfSlot(std::uint32_t slot) const {
    return Base() + Shape().slots_offset + slot * kSizes.slot_bytes;
  }

  // Both are false if one of the slot's two bits is wrong.
  bool IsLive(std::uint32_t slot) const { return BitsOf(slot) == kLiveBit; }
  bool IsFree(std::uint32_t slot) const { return BitsOf(slot) == kFreeBit; }
  // A live slot, or a free one, becomes the other.
  void Flip(std::uint32_t slot) {
    WordOf(slot) ^= (kLiveBit | kFreeBit) << slot % 16;
  }

  bool IsFull() const { return live.Value() == Slots(); }
  // At most, and it cannot be fewer.
  bool HasOneLive() const { return live.Value() <= 1; }
  bool HasOneFree() const { return live.Value() + 1 == Slots(); }

  std::uint32_t DamageOfNumbers() const {
    return Number::DamageOf(first_free, live);
  }
  std::uintptr_t DamageOfLinks() const {
    return next.Damage() | previous.Damage() | next_of_all.Damage() |
           previous_of_all.Damage();
  }
  // Whether list, bits and counts agree as far as Pop believes them. Unsealed,
  // only whether the link names a slot.
  bool CanPop(const ObjectSlab& its_master) const;
  // The first free slot becomes live.
  std::uint32_t Pop() {
    const std::uint32_t first = first_free.Value();
    first_free = LinkIn(first);
    live.Increase();
    Flip(first);
    Unpoison(AddressOfSlot(first), kSizes.slot_bytes);
    return first;
  }
  // A slot that is neither live nor on the free list becomes the first on it.
  void Push(std::uint32_t slot) {
    Poison(AddressOfSlot(slot), kSizes.slot_bytes);
    SetLink(slot, first_free);
    first_free = Number(slot);
    live.Decrease();
  }

  // The name of the first broken invariant of this slab, or null.
  const char* Audit() const;

  std::uintptr_t sentinel = 0;
  ObjectSlab* master = nullptr;
  Number first_free{};  // kNoSlot: the slab is full.
  Number live{};        // Slots that are not on the free list.
  Link next{};          // On the list of partial slabs, or in a queue.
  Link previous{};      // On the list, unless the slab is its first.
  Link next_of_all{};
  Link previous_of_all{};

  Link partial{};  // The first slab that has free slots.
  std::uintptr_t seal = 0;
  ObjectSlab* reserve = nullptr;  // One empty slave, which is not partial.
  std::size_t handles = 0;
  std::size_t slabs = 0;
  std::size_t refusals = 0;
  Provider provider;
  [[no_unique_address]] Lock lock;

 private:
  static constexpr std::uintptr_t kMagic =
      static_cast<std::uintptr_t>(0x5A1B'CAC4'E5EA'1ED5) ^
      (kBytes * 31 + kSizes.slot_bytes);
  static constexpr std::uint32_t kLiveBit = 1;
  static constexpr std::uint32_t kFreeBit = 1 << 16;

  // may_alias: a client's object was here, so the compiler must not reorder our
  // accesses with the client's.
  using LinkWord [[gnu::may_alias]] = std::uint32_t;

  std::byte* Base() const {
    return static_cast<std::byte*>(PointerTo(AddressOf(this)));
  }
  std::uintptr_t SealNow() const;
  std::uint32_t& WordOf(std::uint32_t slot) const {
    return reinterpret_cast<std::uint32_t*>(Base() + sizeof(*this))[slot / 16];
  }
  std::uint32_t BitsOf(std::uint32_t slot) const {
    return WordOf(slot) >> slot % 16 & (kLiveBit | kFreeBit);
  }
  bool IsFreeSlot(std::uint32_t slot) const {
    return slot < Slots() && IsFree(slot);
  }
  [[gnu::no_sanitize_address]] Number LinkIn(std::uint32_t slot) const {
    return Number::FromWord(*static_cast<const LinkWord*>(AddressOfSlot(slot)));
  }
  [[gnu::no_sanitize_address]] void SetLink(std::uint32_t slot, Number link) {
    *static_cast<LinkWord*>(AddressOfSlot(slot)) = link.word();
  }
};

template <class L, class P, SlabSizes kSizes, class Sealing>
void ObjectSlab<L, P, kSizes, Sealing>::Format(ObjectSlab& its_master) {
  master = &its_master;
  sentinel = kMagic ^ AddressOf(this) ^ AddressOf(master);
  for (std::uint32_t slot = 0; slot < Slots(); slot += 16) {
    WordOf(slot) = 0xFFFF * kFreeBit;
  }
  for (std::uint32_t slot = 0; slot < Slots(); ++slot) {
    const std::uint32_t following = slot + 1 < Slots() ? slot + 1 : kNoSlot;
    SetLink(slot, Number(following));
  }
  Poison(Base() + Shape().slots_offset, kBytes - Shape().slots_offset);
}

// Not instrumented, because the address may be anyone's memory. AddressOf is
// not called here, because it would be instrumented.
template <class L, class P, SlabSizes kSizes, class Sealing>
[[gnu::no_sanitize_address]] bool
ObjectSlab<L, P, kSizes, Sealing>::HasSentinel() const {
  return sentinel == (kMagic ^ reinterpret_cast<std::uintptr_t>(this) ^
                      reinterpret_cast<std::uintptr_t>(master));
}

template <class L, class P, SlabSizes kSizes, class Sealing>
std::uintptr_t ObjectSlab<L, P, kSizes, Sealing>::SealNow() const {
  std::uintptr_t provider_bytes = 0;
  if constexpr (!std::is_empty_v<Provider>) {
    __builtin_memcpy(&provider_bytes, &provider, sizeof(provider));
  }
  return ~AddressOf(this) ^ AddressOf(reserve) ^ handles ^ slabs ^ refusals ^
         provider_bytes;
}

// An address before the first slot wraps to an offset behind the last one.
template <class L, class P, SlabSizes kSizes, class Sealing>
bool ObjectSlab<L, P, kSizes, Sealing>::FindSlot(const void* address,
                                                 std::uint32_t& slot) const {
  const std::size_t offset =
      AddressOf(address) - AddressOf(this) - Shape().slots_offset;
  slot = static_cast<std::uint32_t>(offset / kSizes.slot_bytes);
  if (offset >= Slots() * kSizes.slot_bytes) return false;
  return offset % kSizes.slot_bytes == 0;
}

template <class L, class P, SlabSizes kSizes, class Sealing>
bool ObjectSlab<L, P, kSizes, Sealing>::CanPop(
    const ObjectSlab& its_master) const {
  const std::uint32_t first = first_free.Value();
  if (!Sealing::kSeals) return first < Slots();  // Clients write to free slots.
  if (!BelongsTo(its_master)) return false;
  if (!IsFreeSlot(first)) return false;
  const Number link = LinkIn(first);
  if (Number::DamageOf(first_free, live, link) != 0) return false;
  return HasOneFree() ? link.Value() == kNoSlot : link.Value() != kNoSlot;
}

template <class L, class P, SlabSizes kSizes, class Sealing>
const char* ObjectSlab<L, P, kSizes, Sealing>::Audit() const {
  if (!HasSentinel()) return "slab_cache.sentinel";
  for (std::uint32_t slot = 0; slot < Slots(); ++slot) {
    if (!IsLive(slot) && !IsFree(slot)) return "slab_cache.bits";
  }
  if ((DamageOfNumbers() | DamageOfLinks()) != 0) return "slab_cache.seal";
  std::uint32_t slot = first_free.Value();
  std::uint32_t free = 0;
  for (; slot != kNoSlot; ++free) {
    if (free == Slots()) return "slab_cache.acyclic";
    if (!IsFreeSlot(slot)) return "slab_cache.links";
    const Number link = LinkIn(slot);
    if (link.Damage() != 0) return "slab_cache.links";
    slot = link.Value();
  }
  return free + live.Value() == Slots() ? nullptr : "slab_cache.conserved";
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_OBJECT_SLAB_H_
