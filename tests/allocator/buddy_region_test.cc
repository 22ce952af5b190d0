#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "allocator/bytes/buddy_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::buddy_region_test {
namespace {

constexpr std::size_t kUnitBytes = BuddyAllocator<>::kUnitBytes;

// The smallest legal kOrders, so that the largest block is one unit.
constexpr unsigned kFewestOrders = std::countr_zero(kUnitBytes) + 1;

using Offsets = std::vector<std::size_t>;

// Block size -> offsets, in the order in which they are carved.
std::map<std::size_t, Offsets> Carved(const Arena& arena, std::size_t low,
                                      std::size_t high,
                                      std::size_t largest_bytes) {
  std::map<std::size_t, Offsets> blocks;
  while (low < high) {
    std::size_t bytes = largest_bytes;
    while (bytes > high - low || (arena.start() + low) % bytes != 0) bytes /= 2;
    blocks[bytes].push_back(low);
    low += bytes;
  }
  return blocks;
}

// Takes every block of a carved region as a whole.
template <unsigned kOrders>
void ExpectCarved(const Arena& arena, std::size_t low, std::size_t high) {
  SCOPED_TRACE(testing::Message() << '[' << low << ", " << high << ')');
  BuddyAllocator<kOrders> buddy;
  ASSERT_TRUE(buddy.AddRegion(arena.at(low), high - low));
  const std::size_t first = AlignUp(low, kUnitBytes);
  const std::size_t last = AlignDown(high, kUnitBytes);
  EXPECT_EQ(buddy.TotalBytes(), last - first);
  EXPECT_EQ(buddy.Audit(), nullptr);
  for (auto& [bytes, offsets] :
       Carved(arena, first, last, std::size_t{1} << (kOrders - 1))) {
    std::ranges::reverse(offsets);
    for (const std::size_t offset : offsets) {
      EXPECT_EQ(buddy.Allocate(LayoutOf(bytes)), arena.at(offset)) << bytes;
    }
  }
  EXPECT_EQ(buddy.AvailableBytes(), 0u);
  EXPECT_EQ(buddy.Audit(), nullptr);
}

TEST(BuddyRegion, IsCarvedIntoTheLargestAlignedBlocksFromItsLowEnd) {
  const Arena arena(16384);
  for (std::size_t low : {0u, 8u, 1000u, 2048u, 4088u, 4104u, 8200u}) {
    for (std::size_t high : {8208u, 8448u, 12280u, 12296u, 16376u, 16384u}) {
      ExpectCarved<32>(arena, low, high);
    }
  }
}

TEST(BuddyRegion, IsRoundedInwardToWholeUnits) {
  const Arena arena(4096);
  for (std::size_t low = 0; low < 2 * kUnitBytes; ++low) {
    for (std::size_t high = 64; high < 64 + 2 * kUnitBytes; ++high) {
      ExpectCarved<32>(arena, low, high);
    }
  }
}

TEST(BuddyRegion, IsCarvedIntoSeveralOfTheLargestOrder) {
  const Arena arena(4096);
  ExpectCarved<kFewestOrders>(arena, 0, 256);
  ExpectCarved<kFewestOrders>(arena, kUnitBytes, 256 + kUnitBytes);
  for (std::size_t low = 0; low <= 64; low += kUnitBytes) {
    ExpectCarved<6>(arena, low, 256);
    ExpectCarved<6>(arena, low, 256 + low);
    ExpectCarved<6>(arena, low, low + kUnitBytes);
  }
}

TEST(BuddyRegion, MayUseEveryOrderOfTheMachine) {
  const Arena arena(4096);
  ExpectCarved<sizeof(std::size_t) * 8>(arena, 24, 4096);
}

// The highest orders have blocks that would begin at null.
TEST(BuddyRegion, TakesBackBlocksWithEveryOrderOfTheMachine) {
  const Arena arena(4096);
  BuddyAllocator<sizeof(std::size_t) * 8> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 4096));
  ASSERT_EQ(buddy.Allocate(LayoutOf(64)), arena.at(0));
  EXPECT_TRUE(buddy.Deallocate(arena.at(0), LayoutOf(64)));
  EXPECT_EQ(buddy.UsedBytes(), 0u);
}

TEST(BuddyOfSixOrders, HasNoBlockOfMoreThan32Bytes) {
  const Arena arena(4096);
  BuddyAllocator<6> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 4096));
  EXPECT_EQ(buddy.Allocate(LayoutOf(33)), kNoMemory);
  EXPECT_EQ(buddy.Allocate(LayoutOf(1, 64)), kNoMemory);
  EXPECT_EQ(buddy.Allocate(LayoutOf(32)), arena.at(4064));
  EXPECT_EQ(buddy.Deallocate(arena.at(0), LayoutOf(33)), kInvalidParam);
}

TEST(BuddyOfSixOrders, DoesNotMergeBlocksOfTheLargestOrder) {
  const Arena arena(4096);
  BuddyAllocator<6> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 64));
  ASSERT_EQ(buddy.Allocate(LayoutOf(32)), arena.at(32));
  ASSERT_EQ(buddy.Allocate(LayoutOf(32)), arena.at(0));
  ASSERT_TRUE(buddy.Deallocate(arena.at(0), LayoutOf(32)));
  ASSERT_TRUE(buddy.Deallocate(arena.at(32), LayoutOf(32)));
  EXPECT_EQ(buddy.Audit(), nullptr);
  EXPECT_EQ(buddy.Allocate(LayoutOf(32)), arena.at(32));
  EXPECT_EQ(buddy.Allocate(LayoutOf(32)), arena.at(0));
}

TEST(BuddySeam, DoesNotMergeWhenARegionIsAdded) {
  const Arena arena(8192);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.AddRegion(arena.at(0), 4096));
  ASSERT_TRUE(buddy.AddRegion(arena.at(4096), 4096));
  EXPECT_EQ(buddy.Allocate(LayoutOf(8192)), kNoMemory);
  EXPECT_EQ(buddy.Allocate(LayoutOf(4096)), arena.at(4096));
  EXPECT_EQ(buddy.Allocate(LayoutOf(4096)), arena.at(0));
}

TEST(BuddySeam, MergesWhenABlockBesideItIsFreed) {
  const Arena arena(8192);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.AddRegion(arena.at(4096), 4096));
  ASSERT_TRUE(buddy.AddRegion(arena.at(0), 4096));
  ASSERT_EQ(buddy.Allocate(LayoutOf(64)), arena.at(0));
  ASSERT_TRUE(buddy.Deallocate(arena.at(0), LayoutOf(64)));
  EXPECT_EQ(buddy.Audit(), nullptr);
  EXPECT_EQ(buddy.Allocate(LayoutOf(8192)), arena.at(0));
}

TEST(BuddySeam, StaysBetweenRegionsThatDoNotTouch) {
  const Arena arena(3 * 4096);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.AddRegion(arena.at(0), 4096));
  ASSERT_TRUE(buddy.AddRegion(arena.at(8192), 4096));
  const auto high = buddy.Allocate(LayoutOf(4096));
  const auto low = buddy.Allocate(LayoutOf(4096));
  ASSERT_TRUE(buddy.Deallocate(*high, LayoutOf(4096)));
  ASSERT_TRUE(buddy.Deallocate(*low, LayoutOf(4096)));
  EXPECT_EQ(buddy.Audit(), nullptr);
  EXPECT_FALSE(buddy.Owns(arena.at(4096), 1));
  EXPECT_EQ(buddy.Allocate(LayoutOf(8192)), kNoMemory);
}

TEST(BuddyRegion, CanBeTheFirstOnlyOnce) {
  const Arena arena(8192);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 4096));
  EXPECT_EQ(buddy.Init(arena.at(4096), 4096), kInvalidParam);
  EXPECT_EQ(buddy.TotalBytes(), 4096u);
  EXPECT_TRUE(buddy.AddRegion(arena.at(4096), 4096));
  EXPECT_EQ(buddy.TotalBytes(), 8192u);
}

struct Bounds {
  void* start;
  std::size_t bytes;
};

// None of them may be touched: most are not mapped.
TEST(BuddyRegion, IsRefusedWithBoundsThatMakeNoSense) {
  const Arena arena(4096);
  BuddyAllocator<> buddy;
  const auto empty = StateOf(buddy, arena);
  const Bounds senseless[] = {
      {nullptr, 4096},
      {nullptr, 0},
      {nullptr, SIZE_MAX},
      {arena.at(0), 0},
      {arena.at(0), kUnitBytes - 1},
      {arena.at(1), kUnitBytes},
      {arena.at(1), 2 * kUnitBytes - 2},
      {arena.at(8), SIZE_MAX},
      {arena.at(8), UINTPTR_MAX - arena.start() - 7},
      {PointerTo(UINTPTR_MAX), 0},
      {PointerTo(UINTPTR_MAX), 1},
      {PointerTo(UINTPTR_MAX), SIZE_MAX},
      {PointerTo(UINTPTR_MAX - kUnitBytes + 1), kUnitBytes},
      {PointerTo(UINTPTR_MAX - 4095), 4096},
  };
  for (const auto [start, bytes] : senseless) {
    EXPECT_EQ(buddy.AddRegion(start, bytes), kInvalidParam)
        << start << ' ' << bytes;
    EXPECT_EQ(buddy.Init(start, bytes), kInvalidParam) << start << ' ' << bytes;
    EXPECT_EQ(StateOf(buddy, arena), empty) << start << ' ' << bytes;
  }
}

TEST(BuddyRegion, IsRefusedWhenItOverlapsAnother) {
  const Arena arena(16384);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.AddRegion(arena.at(4096), 8192));
  const auto before = StateOf(buddy, arena);
  for (const auto [start, bytes] :
       {Bounds{arena.at(4096), 8192}, Bounds{arena.at(0), 4096 + kUnitBytes},
        Bounds{arena.at(0), 16384}, Bounds{arena.at(8192), kUnitBytes},
        Bounds{arena.at(12288 - kUnitBytes), 4096}}) {
    EXPECT_EQ(buddy.AddRegion(start, bytes), kMemoryOverlap);
    EXPECT_EQ(StateOf(buddy, arena), before);
  }
}

TEST(BuddyRegion, IsRefusedWhenTheTableIsFull) {
  const Arena arena(16384);
  BuddyAllocator<> buddy;
  for (std::size_t i = 0; i < RegionTable::kMaxRegions; ++i) {
    ASSERT_TRUE(buddy.AddRegion(arena.at(512 * i), 256));
  }
  const auto before = StateOf(buddy, arena);
  EXPECT_EQ(buddy.AddRegion(PointerTo(arena.end()), 256), kNoMemory);
  EXPECT_EQ(StateOf(buddy, arena), before);
  EXPECT_TRUE(buddy.AddRegion(arena.at(256), 256));
  EXPECT_EQ(buddy.Audit(), nullptr);
}

}  // namespace
}  // namespace lockstep::buddy_region_test
