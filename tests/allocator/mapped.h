#ifndef LOCKSTEP_TESTS_ALLOCATOR_MAPPED_H_
#define LOCKSTEP_TESTS_ALLOCATOR_MAPPED_H_

// Allocators with a map, whose regions and maps lie between pages that fault.

#include <cstddef>
#include <cstring>
#include <vector>

#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/heap.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep {

using MappedBuddy = BuddyAllocator<32, UnitMap>;

// One region, and its map.
template <class Allocator>
struct Mapped {
  explicit Mapped(std::size_t region_bytes)
      : arena(region_bytes), map(Allocator::MapBytesFor(region_bytes)) {
    std::memset(map.at(0), 0xA5, map.bytes());
    EXPECT_TRUE(
        allocator.Init(arena.at(0), region_bytes, map.at(0), map.bytes()));
  }

  // Those of the map, behind its header.
  void* entries() const { return map.at(Allocator::MapBytesFor(0)); }

  // Everything that an operation may change.
  struct Whole {
    State state;
    std::vector<Word> map;
    bool operator==(const Whole&) const = default;
  };
  void Copy(Whole& into) const {
    CopyState(allocator, arena, into.state);
    CopyWords(map.at(0), map.bytes(), into.map);
  }
  Whole All() const {
    Whole whole;
    Copy(whole);
    return whole;
  }

  Arena arena;
  Arena map;
  Allocator allocator{};
};

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_ALLOCATOR_MAPPED_H_
