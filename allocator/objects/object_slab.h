#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_OBJECT_SLAB_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_OBJECT_SLAB_H_

// One slab of an object cache: a header, two bits for each slot, and the slots.
//
//     +---------------------------------+ <- a multiple of kSlabBytes
//     | sentinel | master               |
//     | next | previous                 |    links to other slabs, checked
//     | first_free | live               |    numbers, checked
//     +---------------------------------+
//     | seal | partial | full | reserve |    the books of the family, which
//     | handles | slabs | live_objects  |    only the master's header keeps
//     | refusals | provider | lock      |
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
//   Requires   the lock of the master, except for HasSentinel and SlotAt.
//   Errors     functions that read clear `is_sound` when what they read
//              contradicts itself. Nothing may be written then.
//   Complexity O(slots) for Format and Audit, and O(1) for the others.
//   Invariant  the sentinel is made from the slab's address and its master; the
//              seal is the XOR of the books. Links and numbers are Checked. Of
//              a slot's two bits exactly one is set. So a change of any one
//              byte, except in the lock, is found when that byte is next
//              believed.
//   Sanitizers free slots and the gap are poisoned. Of slots whose size is not
//              a multiple of 8, AddressSanitizer cannot poison the last bytes.
//   After      the crate attachable-slab-allocator; Bonwick 1994, The slab
//              allocator.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "allocator/objects/checked.h"

namespace lockstep {

// The end of a free list.
inline constexpr std::uint32_t kNoSlot = kCheckedEnd<std::uint32_t> - 1;

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

template <class L, class P, SlabSizes kSizes>
struct ObjectSlab {
  using Lock = L;
  using Provider = P;
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

  bool HasSentinel() const;
  bool IsMaster() const { return HasSentinel() && master == this; }
  bool IsSealed() const { return seal == SealNow(); }
  void Seal() { seal = SealNow(); }
  // As Seal, for the one change that is frequent.
  void SetLiveObjects(std::size_t count) {
    seal ^= live_objects ^ count;
    live_objects = count;
  }

  // kNoSlot if the address is not that of a slot.
  std::uint32_t SlotAt(const void* address) const;
  void* AddressOfSlot(std::uint32_t slot) const {
    return Base() + Shape().slots_offset + slot * kSizes.slot_bytes;
  }

  // Both are false if one of the slot's two bits is wrong.
  bool IsLive(std::uint32_t slot) const { return BitsOf(slot) == kLiveBit; }
  bool IsFree(std::uint32_t slot) const { return BitsOf(slot) == kFreeBit; }
  void SetLive(std::uint32_t slot, bool is_live) {
    const std::uint32_t bits = is_live ? kLiveBit : kFreeBit;
    WordOf(slot) &= ~((kLiveBit | kFreeBit) << slot % 16);
    WordOf(slot) |= bits << slot % 16;
  }

  // What was read, and may be believed if it is sound: the list, the bits and
  // the counts agree.
  std::uint32_t ReadFirstFree(std::uint32_t live, bool& is_sound) const;
  // The first free slot becomes live.
  void Pop(std::uint32_t first, std::uint32_t live_before) {
    first_free = Checked<std::uint32_t>::FromWord(LinkIn(first));
    live = Checked(live_before + 1);
    SetLive(first, true);
    Unpoison(AddressOfSlot(first), kSizes.slot_bytes);
  }
  // A slot that is neither live nor on the free list becomes the first on it.
  void Push(std::uint32_t slot, std::uint32_t live_before) {
    Poison(AddressOfSlot(slot), kSizes.slot_bytes);
    Link(slot, first_free.word());
    first_free = Checked(slot);
    live = Checked(live_before - 1);
  }

  void CheckLinks(bool& is_sound) const {
    next.Get(is_sound);
    previous.Get(is_sound);
  }

  // The name of the first broken invariant of this slab, or null.
  const char* Audit() const;

  std::uintptr_t sentinel = 0;
  ObjectSlab* master = nullptr;
  CheckedPointer<ObjectSlab> next{};  // On the list that it is on.
  CheckedPointer<ObjectSlab> previous{};
  Checked<std::uint32_t> first_free{};  // kNoSlot: the slab is full.
  Checked<std::uint32_t> live{};        // Slots that are not on the free list.

  std::uintptr_t seal = 0;
  ObjectSlab* partial = nullptr;  // The list of slabs that have free slots.
  ObjectSlab* full = nullptr;
  ObjectSlab* reserve = nullptr;  // One empty slave, which is on neither list.
  std::size_t handles = 0;
  std::size_t slabs = 0;
  std::size_t live_objects = 0;
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
  [[gnu::no_sanitize_address]] std::uint32_t LinkIn(std::uint32_t slot) const {
    return *static_cast<const LinkWord*>(AddressOfSlot(slot));
  }
  [[gnu::no_sanitize_address]] void Link(std::uint32_t slot,
                                         std::uint32_t link) {
    *static_cast<LinkWord*>(AddressOfSlot(slot)) = link;
  }
  std::uint32_t ReadLink(std::uint32_t slot, bool& is_sound) const {
    return Checked<std::uint32_t>::FromWord(LinkIn(slot)).Get(is_sound);
  }
};

template <class L, class P, SlabSizes kSizes>
void ObjectSlab<L, P, kSizes>::Format(ObjectSlab& its_master) {
  master = &its_master;
  sentinel = kMagic ^ AddressOf(this) ^ std::rotl(AddressOf(master), 7);
  for (std::uint32_t slot = 0; slot < Slots(); slot += 16) {
    WordOf(slot) = 0xFFFF * kFreeBit;
  }
  for (std::uint32_t slot = 0; slot < Slots(); ++slot) {
    const std::uint32_t following = slot + 1 < Slots() ? slot + 1 : kNoSlot;
    Link(slot, Checked(following).word());
  }
  Poison(Base() + Shape().slots_offset, kBytes - Shape().slots_offset);
}

// Not instrumented, because the address may be anyone's memory. AddressOf is
// not called here, because it would be instrumented.
template <class L, class P, SlabSizes kSizes>
[[gnu::no_sanitize_address]] bool ObjectSlab<L, P, kSizes>::HasSentinel()
    const {
  return sentinel == (kMagic ^ reinterpret_cast<std::uintptr_t>(this) ^
                      std::rotl(reinterpret_cast<std::uintptr_t>(master), 7));
}

template <class L, class P, SlabSizes kSizes>
std::uintptr_t ObjectSlab<L, P, kSizes>::SealNow() const {
  std::uintptr_t provider_bytes = 0;
  if constexpr (!std::is_empty_v<Provider>) {
    __builtin_memcpy(&provider_bytes, &provider, sizeof(provider));
  }
  return ~AddressOf(this) ^ AddressOf(partial) ^ AddressOf(full) ^
         AddressOf(reserve) ^ handles ^ slabs ^ live_objects ^ refusals ^
         provider_bytes;
}

// An address before the first slot wraps to an offset behind the last one.
template <class L, class P, SlabSizes kSizes>
std::uint32_t ObjectSlab<L, P, kSizes>::SlotAt(const void* address) const {
  const std::size_t offset =
      AddressOf(address) - AddressOf(this) - Shape().slots_offset;
  const std::size_t slot = offset / kSizes.slot_bytes;
  if (slot >= Slots() || slot * kSizes.slot_bytes != offset) return kNoSlot;
  return static_cast<std::uint32_t>(slot);
}

template <class L, class P, SlabSizes kSizes>
std::uint32_t ObjectSlab<L, P, kSizes>::ReadFirstFree(std::uint32_t live_now,
                                                      bool& is_sound) const {
  const std::uint32_t first = first_free.Get(is_sound);
  is_sound = is_sound && IsFreeSlot(first);
  if (!is_sound) return kNoSlot;
  const std::uint32_t second = ReadLink(first, is_sound);
  is_sound = is_sound &&
             (live_now + 1 == Slots() ? second == kNoSlot : IsFreeSlot(second));
  return first;
}

template <class L, class P, SlabSizes kSizes>
const char* ObjectSlab<L, P, kSizes>::Audit() const {
  if (!HasSentinel()) return "slab_cache.sentinel";
  for (std::uint32_t slot = 0; slot < Slots(); ++slot) {
    if (!IsLive(slot) && !IsFree(slot)) return "slab_cache.bits";
  }
  bool is_sound = true;
  CheckLinks(is_sound);
  const std::uint32_t live_now = live.Get(is_sound);
  std::uint32_t slot = first_free.Get(is_sound);
  if (!is_sound) return "slab_cache.seal";
  std::uint32_t free = 0;
  for (; slot != kNoSlot; ++free) {
    if (free == Slots()) return "slab_cache.acyclic";
    if (!IsFreeSlot(slot)) return "slab_cache.links";
    slot = ReadLink(slot, is_sound);
    if (!is_sound) return "slab_cache.links";
  }
  return free + live_now == Slots() ? nullptr : "slab_cache.conserved";
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_OBJECT_SLAB_H_
