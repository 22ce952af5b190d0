// A buddy allocator whose free lists are damaged, by a write to free memory or
// by a second free that it could not detect: every call must still end, with an
// error that has changed nothing or with a block inside the region.

#include <cstddef>
#include <cstdint>

#include "allocator/bytes/buddy_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::buddy_damage_test {
namespace {

// 16 blocks of 64 bytes are in use, and all that comes behind them.
class DamagedBuddy : public testing::Test {
 protected:
  DamagedBuddy() {
    EXPECT_TRUE(buddy_.Init(arena_.at(0), 4096));
    for (int i = 0; i < 16; ++i) EXPECT_TRUE(buddy_.Allocate(LayoutOf(64)));
    EXPECT_TRUE(buddy_.Allocate(LayoutOf(1024)));
    EXPECT_TRUE(buddy_.Allocate(LayoutOf(2048)));
  }

  void Free(std::size_t offset) {
    ASSERT_TRUE(buddy_.Deallocate(arena_.at(offset), LayoutOf(64)));
  }

  // The list of blocks of 64 bytes: 768, 640, and so on down to 0.
  void FreeSevenBlocks() {
    for (std::size_t offset = 0; offset < 896; offset += 128) Free(offset);
  }

  void ExpectFreeToBeRefused(std::size_t offset) {
    const auto before = StateOf(buddy_, arena_);
    EXPECT_EQ(buddy_.Deallocate(arena_.at(offset), LayoutOf(64)),
              kNotAllocated);
    EXPECT_TRUE(StateOf(buddy_, arena_) == before);
  }

  Arena arena_{4096};
  BuddyAllocator<> buddy_{};
};

TEST_F(DamagedBuddy, AFreeWalksPastAsManyBlocksAsCanBeFree) {
  FreeSevenBlocks();
  Free(960);
  EXPECT_EQ(buddy_.Audit(), nullptr);
}

TEST_F(DamagedBuddy, AFreeRefusesToWalkAListWithMoreBlocksThanCanBeFree) {
  FreeSevenBlocks();
  StoreLink(arena_.at(64), nullptr);
  StoreLink(arena_.at(0), arena_.at(64));
  ExpectFreeToBeRefused(960);
}

TEST_F(DamagedBuddy, AFreeRefusesToWalkACycle) {
  FreeSevenBlocks();
  StoreLink(arena_.at(0), arena_.at(768));
  ExpectFreeToBeRefused(960);
}

TEST_F(DamagedBuddy, AFreeThatMeetsACycleAfterAMergeHasNotMerged) {
  for (std::size_t offset : {128u, 192u, 384u, 448u, 512u}) Free(offset);
  StoreLink(arena_.at(128), arena_.at(384));  // Blocks of 128 bytes.
  ExpectFreeToBeRefused(576);
}

TEST_F(DamagedBuddy, AllocateRefusesALinkThatLeadsToNoBlock) {
  for (void* const link :
       {arena_.at(1), arena_.at(32), PointerTo(arena_.start() - 64),
        PointerTo(arena_.end()), PointerTo(8), PointerTo(64),
        PointerTo(AlignDown(UINTPTR_MAX, 64)), PointerTo(UINTPTR_MAX)}) {
    BuddyAllocator<> buddy;  // With one block of 128 bytes and one of 64.
    ASSERT_TRUE(buddy.Init(arena_.at(0), 192));
    StoreLink(arena_.at(128), link);
    ASSERT_EQ(buddy.Allocate(LayoutOf(64)), arena_.at(128));
    const auto before = StateOf(buddy, arena_);
    EXPECT_EQ(buddy.Allocate(LayoutOf(64)), kNoMemory) << link;
    EXPECT_EQ(buddy.Allocate(LayoutOf(8)), kNoMemory) << link;
    EXPECT_TRUE(StateOf(buddy, arena_) == before) << link;
  }
}

TEST_F(DamagedBuddy, AllocateRefusesALinkToABlockThatSticksOutOfTheRegion) {
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena_.at(0), 192 + 32));
  StoreLink(arena_.at(128), arena_.at(192));
  ASSERT_EQ(buddy.Allocate(LayoutOf(64)), arena_.at(128));
  const auto before = StateOf(buddy, arena_);
  EXPECT_EQ(buddy.Allocate(LayoutOf(64)), kNoMemory);
  EXPECT_TRUE(StateOf(buddy, arena_) == before);
}

// Three blocks of the largest order, of which one was freed twice.
class BuddyWithABlockFreedTwice : public testing::Test {
 protected:
  BuddyWithABlockFreedTwice() {
    EXPECT_TRUE(buddy_.Init(arena_.at(0), 96));
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(buddy_.Allocate(LayoutOf(32)));
    for (std::size_t offset : {0u, 32u}) {
      EXPECT_TRUE(buddy_.Deallocate(arena_.at(offset), LayoutOf(32)));
    }
    EXPECT_NE(buddy_.Deallocate(arena_.at(0), LayoutOf(32)).has_value(),
              IsUnderAddressSanitizer());
  }

  Arena arena_{4096};
  BuddyAllocator<6> buddy_{};
};

TEST_F(BuddyWithABlockFreedTwice, HandsOutNoMoreThanThereIs) {
  int blocks = 0;
  while (buddy_.Allocate(LayoutOf(32))) ++blocks;
  EXPECT_EQ(blocks, IsUnderAddressSanitizer() ? 2 : 3);
  EXPECT_EQ(buddy_.UsedBytes(), 96u);
}

TEST_F(BuddyWithABlockFreedTwice, TakesNoBlockForFreeWhenNothingIs) {
  while (buddy_.Allocate(LayoutOf(32))) continue;
  EXPECT_TRUE(buddy_.Deallocate(arena_.at(32), LayoutOf(32)));
}

}  // namespace
}  // namespace lockstep::buddy_damage_test
