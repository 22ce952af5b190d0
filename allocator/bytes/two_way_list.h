#ifndef LOCKSTEP_ALLOCATOR_BYTES_TWO_WAY_LIST_H_
#define LOCKSTEP_ALLOCATOR_BYTES_TWO_WAY_LIST_H_

// A list of free blocks, last in, first out, which is linked both ways through
// the blocks themselves, so that any of them can be taken off without a walk.
//
//     head_   the block freed last            the block freed first
//     +---+   +------+----------+--------+    +------+----------+--------+
//     | *---->| next | previous | unused |    | next | previous | unused |
//     +---+   |   -7 |        0 |        |    |    0 |       +7 |        |
//             +------+----------+--------+    +------+----------+--------+
//
// A link has 32 bits: the distance to the other block in units, positive if that
// block has the higher address, and 0 if there is none. In the picture, the block
// freed last has the higher address, by 7 units.
//
//   Units      a unit has kUnitBytes bytes.
//   Requires   blocks at multiples of the unit, fewer than 1 << 31 units apart,
//              that nobody else writes to while they are on the list.
//   Complexity everything is O(1), except Audit: O(blocks), on any list.
//   Invariant  neighbours link to each other (checked by Audit).
//   Sanitizers the blocks stay poisoned: only the functions here, which are not
//              instrumented, read and write the links.
//
// A client that writes to free memory changes links. So before a block is taken
// off, IsLinked checks that its neighbours are sound and link back to it.

#include <cstddef>
#include <cstdint>
#include <new>

#include "allocator/base/address.h"
#include "allocator/bytes/free_list.h"

namespace lockstep {

// may_alias: see FreeBlock.
struct [[gnu::may_alias]] TwoWayBlock {
  std::int32_t next;
  std::int32_t previous;
};

template <std::size_t kUnitBytes>
class TwoWayList {
  static_assert(kUnitBytes >= sizeof(TwoWayBlock),
                "the smallest block has no room for two links: use the map of "
                "pages, or no map");

 public:
  // What Unlink needs.
  using Link = void*;
  struct Place {
    Link link;
    const void* block;
  };
  // How far apart blocks may be.
  static constexpr std::uint64_t kReachBytes =
      std::uint64_t{INT32_MAX} * kUnitBytes;

  constexpr bool empty() const { return head_ == nullptr; }
  constexpr const void* head() const { return head_; }

  void Push(void* block);

  // Requires that it IsLinked.
  void Unlink(void* block);
  void* Pop();

  // Whether a block that is_sound is on the list: it is the head and has no
  // block before it, or is not and has one, and its neighbours are sound and
  // link back to it. Reads a block only after `is_sound(block)` said that this
  // is safe.
  template <class IsSound>
  bool IsLinked(const void* block, IsSound is_sound) const;

  // A cycle counts as a wild link: on it, a block has two that link to it.
  template <class IsSound>
  FreeList::Walk Audit(IsSound is_sound) const;

 private:
  struct Neighbours {
    void* next;
    void* previous;
  };

  [[gnu::no_sanitize_address]] static Neighbours Of(const void* block) {
    const auto* links = static_cast<const TwoWayBlock*>(block);
    return {At(block, links->next), At(block, links->previous)};
  }

  [[gnu::no_sanitize_address]] static void SetNext(void* block, void* next) {
    static_cast<TwoWayBlock*>(block)->next = Distance(block, next);
  }
  [[gnu::no_sanitize_address]] static void SetPrevious(void* block,
                                                       void* previous) {
    static_cast<TwoWayBlock*>(block)->previous = Distance(block, previous);
  }

  static void* At(const void* block, std::int32_t units) {
    if (units == 0) return nullptr;
    const auto distance = static_cast<Address>(std::intptr_t{units});
    return PointerTo(AddressOf(block) + distance * kUnitBytes);
  }

  static std::int32_t Distance(const void* block, const void* other) {
    if (other == nullptr) return 0;
    const auto bytes =
        static_cast<std::intptr_t>(AddressOf(other) - AddressOf(block));
    return static_cast<std::int32_t>(bytes /
                                     static_cast<std::intptr_t>(kUnitBytes));
  }

  void* head_ = nullptr;
};

template <std::size_t kUnitBytes>
[[gnu::no_sanitize_address]] void TwoWayList<kUnitBytes>::Push(void* block) {
  ::new (block) TwoWayBlock{Distance(block, head_), 0};
  if (head_ != nullptr) SetPrevious(head_, block);
  head_ = block;
}

template <std::size_t kUnitBytes>
void TwoWayList<kUnitBytes>::Unlink(void* block) {
  const auto [next, previous] = Of(block);
  if (next != nullptr) SetPrevious(next, previous);
  if (previous != nullptr) {
    SetNext(previous, next);
  } else {
    head_ = next;
  }
}

template <std::size_t kUnitBytes>
void* TwoWayList<kUnitBytes>::Pop() {
  void* const block = head_;
  Unlink(block);
  return block;
}

template <std::size_t kUnitBytes>
template <class IsSound>
bool TwoWayList<kUnitBytes>::IsLinked(const void* block,
                                      IsSound is_sound) const {
  const auto [next, previous] = Of(block);
  if ((previous == nullptr) != (block == head_)) return false;
  if (next != nullptr) {
    if (!is_sound(next) || Of(next).previous != block) return false;
  }
  return previous == nullptr ||
         (is_sound(previous) && Of(previous).next == block);
}

template <std::size_t kUnitBytes>
template <class IsSound>
FreeList::Walk TwoWayList<kUnitBytes>::Audit(IsSound is_sound) const {
  const void* previous = nullptr;
  std::size_t blocks = 0;
  for (const void* block = head_; block != nullptr; block = Of(block).next) {
    if (!is_sound(block) || Of(block).previous != previous) {
      return {FreeList::Links::kWild, blocks};
    }
    previous = block;
    ++blocks;
  }
  return {FreeList::Links::kSound, blocks};
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_TWO_WAY_LIST_H_
