#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOXES_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOXES_H_

// A span of boxes, as SlabCache fills and empties it.
//   Requires   of Box: what SlabBox has. Of Freeing: what SlotFreeing has.
//   Complexity O(1) a box.

#include <cstddef>
#include <span>

namespace lockstep {

// As slots, to SlotTaking and SlotFreeing.
template <class Box>
class SlabBoxes {
 public:
  explicit SlabBoxes(std::span<Box> boxes) : boxes_(boxes) {}

  void Set(std::size_t i, void* slot) const {
    boxes_[i].object_ = static_cast<decltype(boxes_[i].get())>(slot);
  }
  void* Get(std::size_t i) const { return boxes_[i].object_; }

  bool AreEmpty() const {
    for (const Box& box : boxes_) {
      if (box) return false;
    }
    return true;
  }
  // Their slots are free.
  void Forget() const {
    for (Box& box : boxes_) box.object_ = nullptr;
  }

 private:
  std::span<Box> boxes_;
};

// Undoes what is half done, should a constructor throw, or not all slots be had.
// Last taken, first back: the free lists are as they were.
template <class Box, class Freeing>
struct UnmadeBoxes {
  std::span<Box> boxes;
  std::size_t made = 0;
  ~UnmadeBoxes() {
    if (made == boxes.size()) return;
    for (std::size_t i = boxes.size(); i-- > 0;) {
      // Where there is no slot it is an error; so it is if the provider does
      // not take a slab back, though then the slot is free. Another is on its
      // way, or what was thrown.
      static_cast<void>(i < made ? boxes[i].Free()
                                 : Freeing::Free(boxes[i].release()));
    }
  }
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_BOXES_H_
