#ifndef LOCKSTEP_ALLOCATOR_BYTES_MAP_ENTRY_H_
#define LOCKSTEP_ALLOCATOR_BYTES_MAP_ENTRY_H_

// What a map of blocks says of one unit, and what stands for no map at all.
//
//     tag     7   6   5 .. 0
//           +---+---+--------+    0 0  nothing begins here (all bits are 0)
//           | kind  |        |    0 1  a free block of the order in bits 5 to 0
//           +---+---+--------+    1 0  a used one of that order
//                                 1 1  a page of the slab with blocks of 64 << n
//                                      bytes, where n is in bits 5 to 0, 0 to 6
//
// No tag of a map becomes another one of that map, of another kind, if one bit
// flips: where there are slabs, the orders are 12 and more.

#include <bit>
#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"
#include "allocator/base/error.h"
#include "allocator/bytes/free_list.h"
#include "allocator/bytes/region_table.h"

namespace lockstep {

// What begins at a unit: nothing, a block of the buddy, or a page of a slab.
using Tag = std::uint8_t;
inline constexpr Tag kNoTag = 0;
constexpr Tag FreeTag(unsigned order) { return static_cast<Tag>(0x40 | order); }
constexpr Tag UsedTag(unsigned order) { return static_cast<Tag>(0x80 | order); }
constexpr Tag SlabTag(std::size_t block_bytes) {
  return static_cast<Tag>(0xC0 | (std::bit_width(block_bytes / 64) - 1));
}
constexpr bool IsFreeTag(Tag tag) { return (tag & 0xC0) == 0x40; }
constexpr bool IsUsedTag(Tag tag) { return (tag & 0xC0) == 0x80; }
constexpr bool IsSlabTag(Tag tag) { return tag >= 0xC0 && tag <= 0xC6; }
constexpr unsigned OrderOf(Tag tag) { return tag & 0x3F; }

// No map, which costs nothing: free blocks are then searched for on the lists,
// within limits.
struct NoMap {
  using List = FreeList;
  static constexpr bool kIsMapped = false;
  static constexpr std::size_t kUnitBytes = sizeof(FreeBlock);
  static constexpr std::size_t BytesFor(std::size_t /*region*/) { return 0; }
  static Result<void> Add(Span /*region*/, void* /*memory*/,
                          std::size_t /*bytes*/) {
    return {};
  }
  static void SetTag(Address /*unit*/, Tag /*tag*/) {}
};

struct UnitEntry {
  Tag tag;
};

// The entry of one page. A block of a slab owns the bit of its first 64 bytes.
struct PageEntry {
  std::uint64_t used_blocks;
  Tag tag;
  std::uint8_t unused[7];
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_MAP_ENTRY_H_
