#ifndef LOCKSTEP_ALLOCATOR_BYTES_FREE_LIST_H_
#define LOCKSTEP_ALLOCATOR_BYTES_FREE_LIST_H_

// A LIFO list of free blocks, linked through the blocks themselves: the first
// word of each is the link. It owns nothing and allocates nothing.
//   Requires   blocks of at least sizeof(FreeBlock), aligned to it, that nobody
//              else writes to while they are on the list.
//   Complexity Push, Pop, Unlink O(1); FindEither and Audit O(blocks).
//   Invariant  the links end in null (checked by Audit).
//   Sanitizers the blocks stay poisoned while their links are used here.
//   After      linked_list.rs of the crate buddy_system_allocator.

#include <cstddef>
#include <new>

namespace lockstep {

// Where it stands, a client had objects of its own: its accesses come first.
struct [[gnu::may_alias]] FreeBlock {
  FreeBlock* next;
};

class FreeList {
 public:
  // What Audit found wrong with the links, or how many blocks there are.
  enum class Links { kSound, kCyclic, kWild };
  struct Walk {
    Links links;
    std::size_t blocks;
  };
  // Where a block stands: the link that points to it.
  struct Place {
    FreeBlock** link;
    const void* block;
  };

  constexpr bool empty() const { return head_ == nullptr; }
  constexpr const FreeBlock* head() const { return head_; }

  void Push(void* block);

  // Requires a block on the list.
  void* Pop();

  // Whichever of the two stands first; a null block if neither is here.
  Place FindEither(const void* one, const void* other);

  // Takes off a block that FindEither found; the others keep their order.
  static void Unlink(Place place);

  // Follows a link only when `is_sound(block)` said that the block can be read,
  // and ends on any cycle.
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
    const void* one, const void* other) {
  FreeBlock** link = &head_;
  while (*link != nullptr && *link != one && *link != other) {
    link = &(*link)->next;
  }
  return {link, *link};
}

[[gnu::no_sanitize_address]] inline void FreeList::Unlink(Place place) {
  *place.link = (*place.link)->next;
}

template <class IsSound>
FreeList::Walk FreeList::Audit(IsSound is_sound) const {
  // Brent: the hare meets a tortoise that waits at every power of two.
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
