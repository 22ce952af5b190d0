#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_HEADER_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_HEADER_H_

// What begins a slab of an object cache, and how the rest of it is laid out: a
// header, two bits a slot, then the slots. SlabView works on it.
//   Units      bytes; slots are counted.
//   After      the crate attachable-slab-allocator; Bonwick 1994, The slab
//              allocator.

#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"

namespace lockstep {

// What the slabs of a family have in common.
struct SlabShape {
  std::size_t slab_bytes;
  std::size_t slot_bytes;
  std::size_t bits_offset;   // Of the words with the bits.
  std::size_t slots_offset;  // Of the first slot.
  std::uint32_t slots;
};

// As many slots as fit behind the header and their bits.
constexpr SlabShape SlabShapeFor(std::size_t slab_bytes,
                                 std::size_t header_bytes,
                                 std::size_t slot_bytes,
                                 std::size_t slot_align) {
  // An upper bound, a few slots off: 16 slots and their bits in what is left.
  const std::size_t left =
      slab_bytes > header_bytes ? slab_bytes - header_bytes : 0;
  const std::size_t most = left / (16 * slot_bytes + 4) * 16 + 16;
  SlabShape shape{slab_bytes, slot_bytes, header_bytes, 0,
                  static_cast<std::uint32_t>(most)};
  for (;; --shape.slots) {
    const std::size_t bits_bytes = (shape.slots + 15) / 16 * 4;
    shape.slots_offset = AlignUp(header_bytes + bits_bytes, slot_align);
    if (shape.slots == 0 ||
        shape.slots_offset + shape.slots * slot_bytes <= slab_bytes) {
      return shape;
    }
  }
}

template <class Lock, class Provider>
struct SlabHeader {
  std::uintptr_t sentinel = 0;
  SlabHeader* master = nullptr;

  std::uintptr_t seal = 0;
  SlabHeader* next = nullptr;  // On the list of partial, or of full slabs.
  SlabHeader* previous = nullptr;
  std::uint32_t free_slot = 0;  // The first, or kNoSlot.
  std::uint32_t live = 0;       // Slots that are not on the free list.

  // Of the whole family; used in the master alone. Partial are slabs with free
  // slots, and the master if it has any.
  SlabHeader* partial = nullptr;
  SlabHeader* full = nullptr;
  SlabHeader* reserve = nullptr;  // One empty slave, on neither list.
  std::size_t handles = 0;
  std::size_t slabs = 0;
  std::size_t live_objects = 0;
  std::size_t refusals = 0;
  Provider provider;
  [[no_unique_address]] Lock lock;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_HEADER_H_
