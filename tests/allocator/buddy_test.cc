#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "allocator/bytes/buddy_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"

namespace lockstep::buddy_test {
namespace {

constexpr std::size_t kUnit = BuddyAllocator<>::kUnitBytes;

// One free block of 4096 bytes at offset 0.
class Buddy : public testing::Test {
 protected:
  Buddy() { EXPECT_TRUE(buddy_.Init(arena_.at(0), 4096)); }
  ~Buddy() override { EXPECT_EQ(buddy_.Audit(), nullptr); }

  bool Free(std::size_t offset, Layout layout) {
    return buddy_.Deallocate(arena_.at(offset), layout).has_value();
  }

  Arena arena_{4096};
  BuddyAllocator<> buddy_{};
};

TEST_F(Buddy, BlockHoldsSizeAlignmentAndOneUnit) {
  const auto block_bytes = [](std::size_t size, std::size_t align) {
    return BuddyAllocator<>::BlockBytes(LayoutOf(size, align));
  };
  EXPECT_EQ(block_bytes(0, 1), kUnit);
  EXPECT_EQ(block_bytes(1, 1), kUnit);
  EXPECT_EQ(block_bytes(kUnit + 1, 1), 2 * kUnit);
  EXPECT_EQ(block_bytes(64, 1), 64u);
  EXPECT_EQ(block_bytes(65, 1), 128u);
  EXPECT_EQ(block_bytes(1, 512), 512u);
  EXPECT_EQ(block_bytes(1000, 512), 1024u);
  EXPECT_EQ(block_bytes(PTRDIFF_MAX, 1), std::size_t{PTRDIFF_MAX} + 1);
}

TEST_F(Buddy, SplitsOffTheLowestPart) {
  EXPECT_EQ(buddy_.Allocate(LayoutOf(64)), arena_.at(0));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(64)), arena_.at(64));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(1024)), arena_.at(1024));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(128)), arena_.at(128));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(2048)), arena_.at(2048));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(512));
}

TEST_F(Buddy, TakesTheSmallestBlockThatIsLargeEnough) {
  ASSERT_EQ(buddy_.Allocate(LayoutOf(1024)), arena_.at(0));
  ASSERT_EQ(buddy_.Allocate(LayoutOf(64)), arena_.at(1024));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(256)), arena_.at(1280));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(256)), arena_.at(1536));
}

TEST_F(Buddy, MergesBothHalvesBackIntoTheWhole) {
  ASSERT_EQ(buddy_.Allocate(LayoutOf(2048)), arena_.at(0));
  ASSERT_EQ(buddy_.Allocate(LayoutOf(2048)), arena_.at(2048));
  ASSERT_TRUE(Free(0, LayoutOf(2048)));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(4096)), kNoMemory);
  ASSERT_TRUE(Free(2048, LayoutOf(2048)));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(4096)), arena_.at(0));
}

TEST_F(Buddy, MergesThroughEveryOrderFromTheSmallestUp) {
  for (std::size_t offset = 0; offset < 4096; offset += kUnit) {
    ASSERT_EQ(buddy_.Allocate(LayoutOf(1)), arena_.at(offset));
  }
  EXPECT_EQ(buddy_.Allocate(LayoutOf(0)), kNoMemory);
  for (std::size_t i = 0; i < 4096; i += kUnit) {
    // Odd strides visit every unit once.
    ASSERT_TRUE(Free(i * 37 % 4096, LayoutOf(1)));
    ASSERT_EQ(buddy_.Audit(), nullptr);
  }
  EXPECT_EQ(buddy_.Allocate(LayoutOf(4096)), arena_.at(0));
}

TEST_F(Buddy, DoesNotMergeNeighboursThatAreNotBuddies) {
  for (std::size_t offset = 0; offset < 4096; offset += 1024) {
    ASSERT_EQ(buddy_.Allocate(LayoutOf(1024)), arena_.at(offset));
  }
  ASSERT_TRUE(Free(1024, LayoutOf(1024)));
  ASSERT_TRUE(Free(2048, LayoutOf(1024)));
  EXPECT_EQ(buddy_.AvailableBytes(), 2048u);
  EXPECT_EQ(buddy_.Allocate(LayoutOf(2048)), kNoMemory);
}

TEST_F(Buddy, HandsOutTheLastFreedFirst) {
  for (std::size_t offset = 0; offset < 4096; offset += 512) {
    ASSERT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(offset));
  }
  for (std::size_t offset : {512u, 2560u, 1536u}) {
    ASSERT_TRUE(Free(offset, LayoutOf(512)));
  }
  for (std::size_t offset : {1536u, 2560u, 512u}) {
    EXPECT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(offset));
  }
}

TEST_F(Buddy, KeepsTheOrderOfTheOthersWhenABuddyLeavesTheirList) {
  for (std::size_t offset = 0; offset < 4096; offset += 512) {
    ASSERT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(offset));
  }
  for (std::size_t offset : {512u, 1536u, 2560u, 1024u}) {
    ASSERT_TRUE(Free(offset, LayoutOf(512)));  // 1024 merges with 1536.
  }
  EXPECT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(2560));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(512));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(512)), arena_.at(1024));
}

TEST_F(Buddy, AlignsABlockToMoreThanItsSize) {
  ASSERT_EQ(buddy_.Allocate(LayoutOf(1)), arena_.at(0));
  EXPECT_EQ(buddy_.Allocate(LayoutOf(1, 2048)), arena_.at(2048));
  EXPECT_EQ(buddy_.UsedBytes(), 2048 + kUnit);
}

TEST_F(Buddy, GivesEveryRequestForZeroBytesABlockOfItsOwn) {
  std::set<void*> blocks;
  for (int i = 0; i < 10; ++i) {
    const auto block = buddy_.Allocate(LayoutOf(0));
    ASSERT_TRUE(block);
    EXPECT_TRUE(blocks.insert(*block).second);
  }
  EXPECT_EQ(buddy_.UsedBytes(), 10 * kUnit);
  EXPECT_EQ(buddy_.RequestedBytes(), 0u);
  for (void* block : blocks) {
    EXPECT_TRUE(buddy_.Deallocate(block, LayoutOf(0)));
  }
  EXPECT_EQ(buddy_.UsedBytes(), 0u);
}

TEST_F(Buddy, CountsTotalUsedAndRequestedBytes) {
  EXPECT_EQ(buddy_.TotalBytes(), 4096u);
  EXPECT_EQ(buddy_.AvailableBytes(), 4096u);
  ASSERT_TRUE(buddy_.Allocate(LayoutOf(100)));
  ASSERT_TRUE(buddy_.Allocate(LayoutOf(1, 256)));
  EXPECT_EQ(buddy_.UsedBytes(), 384u);
  EXPECT_EQ(buddy_.RequestedBytes(), 101u);
  EXPECT_EQ(buddy_.AvailableBytes(), 3712u);
  ASSERT_TRUE(Free(0, LayoutOf(100)));
  EXPECT_EQ(buddy_.UsedBytes(), 256u);
  EXPECT_EQ(buddy_.RequestedBytes(), 1u);
  EXPECT_EQ(buddy_.TotalBytes(), 4096u);
}

TEST_F(Buddy, OwnsWhatLiesInsideItsRegion) {
  EXPECT_TRUE(buddy_.Owns(arena_.at(0), 4096));
  EXPECT_TRUE(buddy_.Owns(arena_.at(4095), 1));
  EXPECT_FALSE(buddy_.Owns(arena_.at(4095), 2));
  EXPECT_FALSE(buddy_.Owns(PointerTo(arena_.start() - 1), 1));
  EXPECT_FALSE(buddy_.Owns(nullptr, 1));
  EXPECT_FALSE(buddy_.Owns(arena_.at(8), SIZE_MAX));
}

TEST_F(Buddy, RefusesWhatIsLargerThanAnyBlock) {
  for (std::size_t bytes = 8192; bytes <= PTRDIFF_MAX; bytes *= 2) {
    EXPECT_EQ(buddy_.Allocate(LayoutOf(bytes - 1)), kNoMemory) << bytes;
    EXPECT_EQ(buddy_.Allocate(LayoutOf(bytes)), kNoMemory) << bytes;
    EXPECT_EQ(buddy_.Allocate(LayoutOf(0, bytes)), kNoMemory) << bytes;
  }
  EXPECT_EQ(buddy_.Allocate(LayoutOf(4097)), kNoMemory);
  EXPECT_EQ(buddy_.Allocate(LayoutOf(PTRDIFF_MAX)), kNoMemory);
  EXPECT_EQ(buddy_.Allocate(LayoutOf(0, std::size_t{PTRDIFF_MAX} + 1)),
            kNoMemory);
}

TEST(BuddyWithoutRegion, HasNothingToGiveAndNothingToTake) {
  BuddyAllocator<> buddy;
  int not_ours = 0;
  EXPECT_EQ(buddy.Allocate(LayoutOf(0)), kNoMemory);
  EXPECT_EQ(buddy.Deallocate(nullptr, LayoutOf(0)), kInvalidParam);
  EXPECT_EQ(buddy.Deallocate(&not_ours, LayoutOf(0)), kNotAllocated);
  EXPECT_EQ(buddy.TotalBytes(), 0u);
  EXPECT_EQ(buddy.Audit(), nullptr);
}

}  // namespace
}  // namespace lockstep::buddy_test
