#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_VIEW_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_VIEW_H_

// One slab of an object cache, seen from its header: its slots, which of them
// are live, and whether it can be believed. A free slot's first 32 bits are the
// link to the next.
//   Units      bytes; slots are counted, and named by their index.
//   Trust      a header is believed only after its sentinel, which covers its
//              address and its master, and after its seal, which covers the
//              rest of it but the lock and the bits. Of a slot's two bits, one
//              says that it is live, the other that it is free. Links are
//              multiples of 263 (an AN code). So any one byte that is changed,
//              but the lock, is found when it is next believed.
//   Complexity O(1), but Format and Audit: O(slots).
//   Sanitizers free slots, and the gap after the last, are poisoned; of slots
//              whose size is no multiple of 8, as far as AddressSanitizer can.
//   After      for AN codes, Brown 1960, Error detecting and correcting binary
//              codes for arithmetic operations.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_header.h"

namespace lockstep {

inline constexpr std::uint32_t kNoSlot = UINT32_MAX;

// Of links: a prime above 255, so that no change of one byte is a multiple of
// it. Not 257: that divides what memset writes.
inline constexpr std::uint32_t kLinkFactor = 263;
inline constexpr std::uint32_t kMaxSlots = UINT32_MAX / kLinkFactor;

// Owns nothing.
template <class Header, SlabShape kShape>
class SlabView {
 public:
  explicit SlabView(Header& header) : header_(header) {}

  // Of a header just made: all slots are free, the lowest first.
  void Format(Header& master);
  // Before it is given back: it will not be believed again.
  void Destroy();

  bool HasSentinel() const;
  bool IsSealed() const { return header_.seal == SealNow(); }
  void Seal() { header_.seal = SealNow(); }

  // kNoSlot if the address is not that of a slot.
  std::uint32_t SlotAt(const void* address) const;
  void* AddressOfSlot(std::uint32_t slot) const {
    return Base() + kShape.slots_offset + slot * kShape.slot_bytes;
  }
  // Neither, if one of the slot's two bits is wrong.
  bool IsLive(std::uint32_t slot) const { return BitsOf(slot) == kLiveBit; }
  bool IsFree(std::uint32_t slot) const { return BitsOf(slot) == kFreeBit; }

  // Requires a free slot. kFatalError if list, bits and counts disagree.
  CacheResult<std::uint32_t> Pop();
  // Two halves of a free, so that a destructor can run in between: after the
  // first, a second free is detected.
  void SetLive(std::uint32_t slot, bool is_live) {
    const std::uint32_t bits = is_live ? kLiveBit : kFreeBit;
    WordOf(slot) &= ~((kLiveBit | kFreeBit) << slot % 16);
    WordOf(slot) |= bits << slot % 16;
  }
  void Push(std::uint32_t slot);

  // The name of the first broken invariant, or null.
  const char* Audit() const;

 private:
  static constexpr std::uintptr_t kMagic =
      static_cast<std::uintptr_t>(0x5A1B'CAC4'E5EA'1ED5) ^
      (kShape.slab_bytes * 31 + kShape.slot_bytes);
  // Of sixteen slots in a word, sixteen bits apart.
  static constexpr std::uint32_t kLiveBit = 1;
  static constexpr std::uint32_t kFreeBit = 1 << 16;
  static_assert(kShape.slots < kMaxSlots,
                "a slab must hold fewer slots than its links can name: lower "
                "kSlabBytes");

  std::byte* Base() const { return reinterpret_cast<std::byte*>(&header_); }
  std::uintptr_t SentinelNow() const {
    return kMagic ^ AddressOf(&header_) ^
           std::rotl(AddressOf(header_.master), 7);
  }
  std::uintptr_t SealNow() const;

  std::uint32_t& WordOf(std::uint32_t slot) const {
    return reinterpret_cast<std::uint32_t*>(Base() +
                                            kShape.bits_offset)[slot / 16];
  }
  std::uint32_t BitsOf(std::uint32_t slot) const {
    return WordOf(slot) >> slot % 16 & (kLiveBit | kFreeBit);
  }

  // The client's T was there, and its accesses come first.
  using LinkWord [[gnu::may_alias]] = std::uint32_t;

  [[gnu::no_sanitize_address]] std::uint32_t CodeIn(std::uint32_t slot) const {
    return *static_cast<const LinkWord*>(AddressOfSlot(slot));
  }
  [[gnu::no_sanitize_address]] void Link(std::uint32_t slot,
                                         std::uint32_t next) {
    *static_cast<LinkWord*>(AddressOfSlot(slot)) = (next + 1) * kLinkFactor;
  }
  // kFatalError unless it names a free slot, or none.
  CacheResult<std::uint32_t> LinkIn(std::uint32_t slot) const;
  // The second slot of the list. kFatalError unless Pop is possible.
  CacheResult<std::uint32_t> Peek() const;

  Header& header_;
};

template <class Header, SlabShape kShape>
void SlabView<Header, kShape>::Format(Header& master) {
  header_.master = &master;
  header_.sentinel = SentinelNow();
  for (std::uint32_t slot = 0; slot < kShape.slots; slot += 16) {
    WordOf(slot) = 0xFFFF * kFreeBit;
  }
  for (std::uint32_t slot = 0; slot < kShape.slots; ++slot) {
    Link(slot, slot + 1 < kShape.slots ? slot + 1 : kNoSlot);
  }
  Poison(Base() + kShape.slots_offset, kShape.slab_bytes - kShape.slots_offset);
  Seal();
}

template <class Header, SlabShape kShape>
void SlabView<Header, kShape>::Destroy() {
  // Though the memory may be freed before the next read of it.
  static_cast<volatile std::uintptr_t&>(header_.sentinel) = 0;
  Unpoison(Base(), kShape.slab_bytes);
}

// Read where AddressSanitizer does not watch: the address may be anyone's.
template <class Header, SlabShape kShape>
[[gnu::no_sanitize_address]] bool SlabView<Header, kShape>::HasSentinel()
    const {
  return header_.sentinel ==
         (kMagic ^ reinterpret_cast<std::uintptr_t>(&header_) ^
          std::rotl(reinterpret_cast<std::uintptr_t>(header_.master), 7));
}

template <class Header, SlabShape kShape>
std::uintptr_t SlabView<Header, kShape>::SealNow() const {
  std::uintptr_t provider = 0;
  if constexpr (!std::is_empty_v<decltype(header_.provider)>) {
    __builtin_memcpy(&provider, &header_.provider, sizeof(header_.provider));
  }
  return ~AddressOf(&header_) ^ AddressOf(header_.next) ^
         AddressOf(header_.previous) ^ header_.free_slot ^ header_.live ^
         AddressOf(header_.partial) ^ AddressOf(header_.full) ^
         AddressOf(header_.reserve) ^ header_.handles ^ header_.slabs ^
         header_.live_objects ^ header_.refusals ^ provider;
}

template <class Header, SlabShape kShape>
std::uint32_t SlabView<Header, kShape>::SlotAt(const void* address) const {
  // Before the first slot it wraps, to more than all slots have.
  const std::size_t offset =
      AddressOf(address) - AddressOf(&header_) - kShape.slots_offset;
  const std::size_t slot = offset / kShape.slot_bytes;
  if (offset % kShape.slot_bytes != 0 || slot >= kShape.slots) return kNoSlot;
  return static_cast<std::uint32_t>(slot);
}

template <class Header, SlabShape kShape>
CacheResult<std::uint32_t> SlabView<Header, kShape>::LinkIn(
    std::uint32_t slot) const {
  const std::uint32_t code = CodeIn(slot);
  if (code == 0) return kNoSlot;
  const std::uint32_t next = code / kLinkFactor - 1;
  if (code % kLinkFactor != 0 || next >= kShape.slots || !IsFree(next)) {
    return std::unexpected(CacheError::kFatalError);
  }
  return next;
}

template <class Header, SlabShape kShape>
CacheResult<std::uint32_t> SlabView<Header, kShape>::Peek() const {
  const std::uint32_t slot = header_.free_slot;
  if (slot >= kShape.slots || !IsFree(slot)) {
    return std::unexpected(CacheError::kFatalError);
  }
  const auto next = LinkIn(slot);
  const bool is_last = header_.live + 1 == kShape.slots;
  if (!next || is_last != (*next == kNoSlot)) {
    return std::unexpected(CacheError::kFatalError);
  }
  return next;
}

template <class Header, SlabShape kShape>
CacheResult<std::uint32_t> SlabView<Header, kShape>::Pop() {
  const auto next = Peek();
  if (!next) return next;
  const std::uint32_t slot = header_.free_slot;
  header_.free_slot = *next;
  ++header_.live;
  SetLive(slot, true);
  Unpoison(AddressOfSlot(slot), kShape.slot_bytes);
  return slot;
}

template <class Header, SlabShape kShape>
void SlabView<Header, kShape>::Push(std::uint32_t slot) {
  Poison(AddressOfSlot(slot), kShape.slot_bytes);
  Link(slot, header_.free_slot);
  header_.free_slot = slot;
  --header_.live;
}

template <class Header, SlabShape kShape>
const char* SlabView<Header, kShape>::Audit() const {
  if (!HasSentinel()) return "slab_cache.sentinel";
  if (!IsSealed()) return "slab_cache.seal";
  for (std::uint32_t slot = 0; slot < kShape.slots; ++slot) {
    if (!IsLive(slot) && !IsFree(slot)) return "slab_cache.bits";
  }
  std::uint32_t free = 0;
  for (std::uint32_t slot = header_.free_slot; slot != kNoSlot; ++free) {
    if (free == kShape.slots) return "slab_cache.acyclic";
    if (slot >= kShape.slots || !IsFree(slot)) return "slab_cache.links";
    const auto next = LinkIn(slot);
    if (!next) return "slab_cache.links";
    slot = *next;
  }
  if (free + header_.live != kShape.slots) return "slab_cache.conserved";
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_VIEW_H_
