#ifndef LOCKSTEP_ALLOCATOR_BYTES_REALLOCATE_H_
#define LOCKSTEP_ALLOCATOR_BYTES_REALLOCATE_H_

// Gives a block another layout: where it is, if Resize can, and else by moving.
//
//     where it is    +----------+- - - - -+      a moved one
//                    | block    |  more   |      +----------+      +----------+
//                    +----------+- - - - -+      | block   ------->| block    |
//                                                +----------+      +----------+
//
//   Requires   an allocator with Allocate, Deallocate and Resize.
//   Errors     those of Allocate and Deallocate, and those of Resize except
//              kNoMemory. After an error nothing has changed.
//   Complexity that of Resize; where the block moves, also that of Allocate and
//              Deallocate, and O(bytes that are kept).

#include <algorithm>
#include <cstddef>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"

namespace lockstep {

// `old_layout` must be the one that the block has. An allocator that detects
// another must do so in Resize before it says kNoMemory, because then the block is
// copied. The first bytes, as many as both layouts have, are as they were.
template <class Allocator>
Result<void*> Reallocate(Allocator& allocator, void* block, Layout old_layout,
                         Layout new_layout) {
  const auto resized = allocator.Resize(block, old_layout, new_layout);
  if (resized) return block;
  if (resized.error() != AllocError::kNoMemory) {
    return std::unexpected(resized.error());
  }
  const auto moved = allocator.Allocate(new_layout);
  if (!moved) return moved;
  __builtin_memcpy(*moved, block,
                   std::min(old_layout.size_bytes(), new_layout.size_bytes()));
  if (const auto freed = allocator.Deallocate(block, old_layout); !freed) {
    (void)allocator.Deallocate(*moved, new_layout);
    return std::unexpected(freed.error());
  }
  return moved;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_REALLOCATE_H_
