#ifndef LOCKSTEP_ALLOCATOR_BYTES_FREE_LIST_H_
#define LOCKSTEP_ALLOCATOR_BYTES_FREE_LIST_H_

// A list of free blocks, last in, first out, which is linked through the blocks
// themselves: the first word of a free block points to the next one. The list
// owns no memory and allocates none.
//
//     head_    the block freed last       the block freed first
//     +---+    +------+-----------+       +------+-----------+
//     | *----->| next |  unused   |-- .. >| null |  unused   |
//     +---+    +------+-----------+       +------+-----------+
//
//   Requires   blocks of at least sizeof(FreeBlock) bytes, aligned to it, that
//              nobody else writes to while they are on the list.
//   Complexity Push, Pop and Unlink are O(1); FindEither and Audit are
//              O(blocks), and both end on a cyclic list.
//   Invariant  the links lead to null (checked by Audit).
//   Sanitizers the blocks stay poisoned: only the functions here, which are not
//              instrumented, read and write the links.
//   After      linked_list.rs of the crate buddy_system_allocator.

#include <cstddef>
#include <new>

namespace lockstep {

// may_alias: a client's objects lived here before, so the compiler must not
// move its accesses to them past ours to the link.
struct [[gnu::may_alias]] FreeBlock {
  FreeBlock* next;
};

class FreeList {
 public:
  // What Audit found: whether the links are sound, and how many blocks it read.
  enum class Links { kSound, kCyclic, kWild };
  struct Walk {
    Links links;
    std::size_t blocks;
  };
  // Where a search ended: a link, and the block that it points to.
  using Link = FreeBlock**;
  struct Place {
    Link link;
    const void* block;
  };

  constexpr bool empty() const { return head_ == nullptr; }
  constexpr const FreeBlock* head() const { return head_; }

  void Push(void* block);

  // Requires a block on the list.
  void* Pop();

  // Looks for whichever of two blocks comes first. The place has a null block
  // if neither is on the list, and some other block if there are more blocks
  // before it than `budget` allows. What it has passed is taken off the budget.
  Place FindEither(const void* one, const void* other, std::size_t& budget);

  // Takes off the block that a link points to; the others keep their order.
  static void Unlink(Link link);

  // Reads a block only after `is_sound(block)` said that this is safe, and ends
  // on any cycle.
  template <class IsSound>
  Walk Audit(IsSound is_sound) const;

 private:
  [[gnu::no_sanitize_address]] static FreeBlock* Next(const FreeBlock* block) {
    return block->next;
  }

  FreeBlock* head_ = nullptr;
};

[[gnu::no_sanitize_address]] inline void FreeList::Push(void* block) {
  head_ = ::new (block) FreeBlock{head_};
}

[[gnu::no_sanitize_address]] inline void* FreeList::Pop() {
  FreeBlock* block = head_;
  head_ = block->next;
  return block;
}

[[gnu::no_sanitize_address]] inline FreeList::Place FreeList::FindEither(
    const void* one, const void* other, std::size_t& budget) {
  FreeBlock** link = &head_;
  std::size_t left = budget;
  while (*link != nullptr && *link != one && *link != other && left != 0) {
    link = &(*link)->next;
    --left;
  }
  budget = left;
  return {link, *link};
}

[[gnu::no_sanitize_address]] inline void FreeList::Unlink(Link link) {
  *link = (*link)->next;
}

template <class IsSound>
FreeList::Walk FreeList::Audit(IsSound is_sound) const {
  // Brent's algorithm: the tortoise waits, and jumps to the hare whenever that
  // has gone twice as far as at the last jump. On a cycle the hare meets it.
  const FreeBlock* tortoise = nullptr;
  std::size_t blocks = 0;
  std::size_t leap = 1;
  for (const FreeBlock* hare = head_; hare != nullptr; hare = Next(hare)) {
    if (hare == tortoise) return {Links::kCyclic, blocks};
    if (!is_sound(hare)) return {Links::kWild, blocks};
    ++blocks;
    if (blocks == leap) {
      tortoise = hare;
      leap *= 2;
    }
  }
  return {Links::kSound, blocks};
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_FREE_LIST_H_
