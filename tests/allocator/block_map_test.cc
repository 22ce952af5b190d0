#include "allocator/bytes/block_map.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "gtest/gtest.h"
#include "tests/allocator/mapped.h"

namespace lockstep::block_map_test {
namespace {

constexpr std::size_t kRegion = 64 * 1024;

TEST(MapBytes, AreFourThousandthsOfAHeapAndAnEighthOfABuddy) {
  constexpr std::size_t kGigabyte = std::size_t{1} << 30;
  EXPECT_LE(MappedHeap::MapBytesFor(kGigabyte), kGigabyte / 256 + 64);
  EXPECT_EQ(Heap::MapBytesFor(kGigabyte), 0u);
  if constexpr (sizeof(void*) == 8) {
    EXPECT_LE(UnitMap::BytesFor(kGigabyte), kGigabyte / 8 + 64);
  }
}

class MapMemory : public testing::Test {
 protected:
  Result<void> Init(std::size_t offset, std::size_t bytes) {
    return heap_.Init(arena_.at(0), kRegion, arena_.at(offset), bytes);
  }

  static constexpr std::size_t kNeeded = MappedHeap::MapBytesFor(kRegion);
  Arena arena_{4 * kRegion};
  MappedHeap heap_{};
};

TEST_F(MapMemory, MayBeAnywhereElse) {
  EXPECT_TRUE(Init(kRegion, kNeeded));
  EXPECT_EQ(heap_.Audit(), nullptr);
}

TEST_F(MapMemory, IsRefusedIfItIsNullMisalignedOrTooSmall) {
  EXPECT_EQ(heap_.Init(arena_.at(0), kRegion), kInvalidParam);
  EXPECT_EQ(heap_.Init(arena_.at(0), kRegion, nullptr, kNeeded), kInvalidParam);
  EXPECT_EQ(heap_.Init(arena_.at(0), kRegion, arena_.at(kRegion)),
            kInvalidParam);
  MappedBuddy buddy;
  EXPECT_EQ(buddy.Init(arena_.at(0), kRegion, arena_.at(kRegion)),
            kInvalidParam);
  EXPECT_EQ(buddy.AddRegion(arena_.at(0), kRegion, arena_.at(kRegion)),
            kInvalidParam);
  EXPECT_EQ(Init(kRegion + 1, kNeeded), kInvalidParam);
  EXPECT_EQ(Init(kRegion, kNeeded - 1), kInvalidParam);
  EXPECT_EQ(heap_.Init(arena_.at(0), kRegion,
                       PointerTo(AlignDown(UINTPTR_MAX, 64)), kNeeded),
            kInvalidParam);
  EXPECT_EQ(heap_.TotalBytes(), 0u);
  ASSERT_TRUE(Init(3 * kRegion, kNeeded));
  EXPECT_EQ(
      heap_.AddRegion(arena_.at(kRegion), kRegion, arena_.at(2 * kRegion)),
      kInvalidParam);
}

TEST_F(MapMemory, IsRefusedIfItSharesMemoryWithARegionOrAMap) {
  for (const std::size_t offset : {std::size_t{0}, kRegion - 8}) {
    EXPECT_EQ(Init(offset, kNeeded), kMemoryOverlap) << offset;
  }
  ASSERT_TRUE(Init(3 * kRegion, kNeeded));
  void* const second = arena_.at(kRegion);
  const auto add = [&](void* map) {
    return heap_.AddRegion(second, kRegion, map, kNeeded);
  };
  EXPECT_EQ(add(arena_.at(0)), kMemoryOverlap);
  EXPECT_EQ(add(second), kMemoryOverlap);
  EXPECT_EQ(add(arena_.at(3 * kRegion + kNeeded - 8)), kMemoryOverlap);
  // A region over the map of the first.
  EXPECT_EQ(heap_.AddRegion(arena_.at(3 * kRegion), kRegion,
                            arena_.at(2 * kRegion), kNeeded),
            kMemoryOverlap);
  EXPECT_TRUE(add(arena_.at(2 * kRegion)));
  EXPECT_EQ(heap_.Audit(), nullptr);
}

TEST_F(MapMemory, ARegionThatIsRefusedIsNotInTheMap) {
  ASSERT_TRUE(Init(3 * kRegion, kNeeded));
  EXPECT_EQ(heap_.AddRegion(arena_.at(kRegion), kRegion), kInvalidParam);
  EXPECT_EQ(heap_.Deallocate(arena_.at(kRegion), LayoutOf(8192)),
            kNotAllocated);
  EXPECT_TRUE(heap_.AddRegion(arena_.at(kRegion), kRegion,
                              arena_.at(2 * kRegion), kNeeded));
}

// Forty regions that touch, each with a map of its own. A block may span them.
TEST(ManyMaps, SetsAndBlocksSpanRegionsThatTouch) {
  constexpr std::size_t kFirst = 32 * 1024;
  const std::size_t bytes = kFirst + 4096 * 40;
  const Arena arena(bytes, 1 << 20);
  const Arena maps(41 * 4096);
  MappedHeap heap;
  ASSERT_TRUE(heap.Init(arena.at(0), kFirst, maps.at(0), 4096));
  for (std::size_t i = 0; i < 40; ++i) {
    ASSERT_TRUE(heap.AddRegion(arena.at(kFirst + i * 4096), 4096,
                               maps.at((i + 1) * 4096), 4096));
    ASSERT_EQ(heap.Audit(), nullptr);
  }
  // Adding never merges, and freeing does.
  void* pages[40];
  for (void*& page : pages) {
    const auto block = heap.Allocate(LayoutOf(64));
    ASSERT_TRUE(block);
    page = *block;
    for (int i = 0; i < 63; ++i) ASSERT_TRUE(heap.Allocate(LayoutOf(64)));
  }
  EXPECT_EQ(heap.Audit(), nullptr);
  for (void* const page : pages) {
    const Address set = AlignDown(AddressOf(page), 4096);
    for (std::size_t i = 0; i < 64; ++i) {
      ASSERT_TRUE(heap.Deallocate(PointerTo(set + i * 64), LayoutOf(64)));
    }
  }
  EXPECT_EQ(heap.Audit(), nullptr);
  EXPECT_EQ(heap.Trim(), 40u * 4096);
  EXPECT_EQ(heap.Audit(), nullptr);
  EXPECT_TRUE(heap.Allocate(LayoutOf(128 * 1024)));
  EXPECT_EQ(heap.Audit(), nullptr);
}

// Whatever follows from it, nothing is looked up there.
TEST(ManyMaps, AMapThatIsFilledWithOneByteIsNoPartOfTheChain) {
  constexpr std::size_t kParts = 18;
  const Arena arena(kParts * 4096);
  const Arena maps(kParts * 4096);
  const std::size_t head = (kParts - 2) * 4096;
  for (const int byte : {0x00, 0x5A, 0xFF}) {
    PageMap map;
    const auto add = [&](std::size_t i) {
      const Address start = arena.start() + i * 4096;
      return map.Add({start, start + 4096}, maps.at(i * 4096), 4096);
    };
    for (std::size_t i = 0; i + 1 < kParts; ++i) ASSERT_TRUE(add(i));
    std::memset(maps.at(head), byte, 4096);
    EXPECT_EQ(map.Find(arena.start() + head), nullptr) << byte;
    EXPECT_EQ(add(kParts - 1), kNoMemory) << byte;
    std::size_t free_bytes = 0;
    EXPECT_STREQ(map.Audit({}, free_bytes), "map.chain") << byte;
  }
}

TEST(FarRegions, AreRefused) {
  if (sizeof(void*) != 8) GTEST_SKIP() << "no address is out of reach";
  const Arena arena(8192);
  const Arena maps(8192);
  BuddyAllocator<32, UnitMap> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 4096, maps.at(0), 4096));
  const auto far = std::uint64_t{1} << 34;  // 16 GiB.
  EXPECT_EQ(
      buddy.AddRegion(PointerTo(arena.start() + static_cast<Address>(far)),
                      4096, maps.at(4096), 4096),
      kNoMemory);
  EXPECT_EQ(buddy.AddRegion(arena.at(4096), static_cast<std::size_t>(far) + 8,
                            maps.at(4096), SIZE_MAX / 2),
            kNoMemory);
  EXPECT_EQ(buddy.TotalBytes(), 4096u);
  EXPECT_TRUE(buddy.AddRegion(arena.at(4096), 4096, maps.at(4096), 4096));
}

// From the start of the lowest region to the end of the highest.
TEST(FarRegions, AreServedAsFarAsLinksReach) {
  if (sizeof(void*) != 8) GTEST_SKIP() << "no address is out of reach";
  constexpr std::size_t kReach = std::size_t{INT32_MAX} * 8;
  constexpr std::size_t kBytes = 4096;
  void* const reserved =
      mmap(nullptr, kReach + kBytes, PROT_NONE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (reserved == MAP_FAILED) GTEST_SKIP() << "no address space for 16 GiB";
  const auto at = [&](std::size_t offset) {
    return PointerTo(AddressOf(reserved) + offset);
  };
  constexpr std::size_t kLast = kReach - kBytes;
  ASSERT_EQ(mprotect(at(0), kBytes, PROT_READ | PROT_WRITE), 0);
  ASSERT_EQ(mprotect(at(AlignDown(kLast, kBytes)), 2 * kBytes,
                     PROT_READ | PROT_WRITE),
            0);
  const Arena maps(2 * kBytes);
  MappedBuddy buddy;
  ASSERT_TRUE(buddy.Init(at(0), kBytes, maps.at(0), kBytes));
  EXPECT_EQ(buddy.AddRegion(at(kLast + 8), kBytes, maps.at(kBytes), kBytes),
            kNoMemory);
  EXPECT_TRUE(buddy.AddRegion(at(kLast), kBytes, maps.at(kBytes), kBytes));
  std::vector<void*> blocks;
  while (const auto block = buddy.Allocate(LayoutOf(8))) {
    blocks.push_back(*block);
  }
  EXPECT_EQ(blocks.size(), 2 * kBytes / 8);
  for (void* const block : blocks) {
    EXPECT_TRUE(buddy.Deallocate(block, LayoutOf(8)));
  }
  EXPECT_EQ(buddy.Audit(), nullptr);
  EXPECT_EQ(buddy.AvailableBytes(), 2 * kBytes);
  Unpoison(at(0), kBytes);
  Unpoison(at(kLast), kBytes);
  munmap(reserved, kReach + kBytes);
}

TEST(Maps, MayTouchTheirRegionOnEitherSide) {
  constexpr std::size_t kMapBytes = MappedBuddy::MapBytesFor(4096);
  for (const std::size_t map : {std::size_t{0}, std::size_t{4096}}) {
    const Arena arena(2 * 4096);
    const std::size_t region = map == 0 ? kMapBytes : 0;
    MappedBuddy buddy;
    EXPECT_TRUE(buddy.Init(arena.at(region), 4096, arena.at(map), kMapBytes));
  }
}

TEST(RoundedSize, KeepsNobodyFromBeingFreed) {
  Mapped<MappedBuddy> mapped(kRegion);
  const auto five = mapped.allocator.Allocate(LayoutOf(5));
  const auto eight = mapped.allocator.Allocate(LayoutOf(8));
  ASSERT_TRUE(five && eight);
  EXPECT_TRUE(mapped.allocator.Deallocate(*five, LayoutOf(8)));
  EXPECT_TRUE(mapped.allocator.Deallocate(*eight, LayoutOf(8)));
  EXPECT_EQ(mapped.allocator.RequestedBytes(), 0u);
  EXPECT_EQ(mapped.allocator.AvailableBytes(), kRegion);
}

}  // namespace
}  // namespace lockstep::block_map_test
