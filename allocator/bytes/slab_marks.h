#ifndef LOCKSTEP_ALLOCATOR_BYTES_SLAB_MARKS_H_
#define LOCKSTEP_ALLOCATOR_BYTES_SLAB_MARKS_H_

// What the map of pages says of the blocks of one slab.
//
//     a page of Slab(1024)  +--------+--------+--------+--------+
//                           | used   | free   | used   | free   |
//                           +--------+--------+--------+--------+
//     its entry             tag = SlabTag(1024)
//                           used_blocks = 1 << 0 | 1 << 32
//
// A page has one bit for each 64 bytes of it, and a block owns the bit of its
// first 64 bytes, whatever its size.
//   Units      bytes.
//   Requires   blocks of a power of two from 64 to 4096 bytes, and sets of whole
//              pages. A set may lie in two regions that touch, so its pages are
//              looked up one by one.
//   Complexity Is and Toggle as BlockMap::Find; ToggleNear O(1); Mark, Unmark
//              and IsUnused O(pages of the set); Audit O(pages).

#include <bit>
#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"
#include "allocator/bytes/block_map.h"

namespace lockstep {

struct NoSlabMarks {
  constexpr explicit NoSlabMarks(std::size_t /*block_bytes*/) {}
};

class SlabMarks {
 public:
  constexpr explicit SlabMarks(std::size_t block_bytes)
      : tag_(SlabTag(block_bytes)),
        within_(static_cast<std::uint32_t>(block_bytes - 1)) {}

  // Whether a block of this slab begins there, and is used or free, as asked
  // for.
  bool Is(const PageMap& map, const void* block, bool is_used) const {
    const PageEntry* const page = map.Find(AddressOf(block));
    return page != nullptr && IsOn(*page, block, is_used);
  }

  // The same, and if so, what was used is free, and what was free is used.
  bool Toggle(const PageMap& map, const void* block, bool is_used) const {
    PageEntry* const page = map.Find(AddressOf(block));
    return page != nullptr && ToggleOn(*page, block, is_used);
  }

  // The same in the region that was found last; false in others.
  bool ToggleNear(const PageMap& map, const void* block, bool is_used) const {
    return map.IsNear(AddressOf(block)) &&
           ToggleOn(map.Near(AddressOf(block)), block, is_used);
  }

  // Makes a block of the buddy a set, of which nothing is used.
  void Mark(const PageMap& map, Address set, std::size_t set_bytes) const;
  // Makes a set a block of the buddy again.
  void Unmark(const PageMap& map, Address set, std::size_t set_bytes) const;
  bool IsUnused(const PageMap& map, Address set, std::size_t set_bytes) const;

  // The name of the first broken invariant, or null. All sets have total_bytes,
  // and used_blocks of their blocks are in use.
  const char* Audit(const PageMap& map, std::size_t total_bytes,
                    std::size_t used_blocks) const;

 private:
  static constexpr std::size_t kBytesPerBit = 64;

  static std::uint64_t BitOf(const void* block) {
    return AddressOf(block) / kBytesPerBit %
           (PageMap::kUnitBytes / kBytesPerBit);
  }

  // Whether a block of this slab could begin there.
  bool IsBlock(const void* block) const {
    return (static_cast<std::uint32_t>(AddressOf(block)) & within_) == 0;
  }

  bool IsOn(const PageEntry& page, const void* block, bool is_used) const {
    return page.tag == tag_ && IsBlock(block) &&
           (page.used_blocks >> BitOf(block) & 1) == is_used;
  }

  bool ToggleOn(PageEntry& page, const void* block, bool is_used) const {
    if (page.tag != tag_ || !IsBlock(block)) return false;
    const std::uint64_t toggled = page.used_blocks ^ std::uint64_t{1}
                                                         << BitOf(block);
    // A bit that goes makes the number smaller.
    if ((toggled < page.used_blocks) != is_used) return false;
    page.used_blocks = toggled;
    return true;
  }

  Tag tag_;
  std::uint32_t within_;  // The bits of an address inside of a block.
};

inline void SlabMarks::Mark(const PageMap& map, Address set,
                            std::size_t set_bytes) const {
  for (std::size_t at = 0; at < set_bytes; at += PageMap::kUnitBytes) {
    PageEntry* const page = map.Find(set + at);
    if (page != nullptr) *page = {0, tag_, {}};
  }
}

inline void SlabMarks::Unmark(const PageMap& map, Address set,
                              std::size_t set_bytes) const {
  for (std::size_t at = 0; at < set_bytes; at += PageMap::kUnitBytes) {
    map.SetTag(set + at, kNoTag);
  }
  map.SetTag(set, UsedTag(static_cast<unsigned>(std::countr_zero(set_bytes))));
}

inline bool SlabMarks::IsUnused(const PageMap& map, Address set,
                                std::size_t set_bytes) const {
  for (std::size_t at = 0; at < set_bytes; at += PageMap::kUnitBytes) {
    const PageEntry* const page = map.Find(set + at);
    if (page == nullptr || page->tag != tag_ || page->used_blocks != 0) {
      return false;
    }
  }
  return true;
}

inline const char* SlabMarks::Audit(const PageMap& map, std::size_t total_bytes,
                                    std::size_t used_blocks) const {
  std::size_t bytes = 0;
  std::size_t bits = 0;
  map.ForEach(tag_, [&](const PageEntry& page) {
    bytes += PageMap::kUnitBytes;
    bits += static_cast<std::size_t>(std::popcount(page.used_blocks));
  });
  if (bytes != total_bytes) return "map.pages";
  return bits == used_blocks ? nullptr : "map.bits";
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_SLAB_MARKS_H_
