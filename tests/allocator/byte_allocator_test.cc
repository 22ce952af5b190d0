#include "allocator/bytes/byte_allocator.h"

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::byte_allocator_test {
namespace {

constexpr std::size_t kRegion = 64 * 1024;

template <class Facade>
class EveryByteAllocator : public testing::Test {
 protected:
  Arena arena_{4 * kRegion};
  Facade allocator_{};
};

using Facades = testing::Types<SlabByteAllocator, BuddyByteAllocator>;
TYPED_TEST_SUITE(EveryByteAllocator, Facades);

TYPED_TEST(EveryByteAllocator, RefusesEverythingBeforeInit) {
  auto& allocator = this->allocator_;
  EXPECT_EQ(allocator.Allocate(LayoutOf(8)), kInvalidParam);
  EXPECT_EQ(allocator.Deallocate(this->arena_.at(0), LayoutOf(8)),
            kInvalidParam);
  EXPECT_EQ(allocator.AddMemory(this->arena_.at(0), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.TotalBytes(), 0u);
  EXPECT_EQ(allocator.UsedBytes(), 0u);
  EXPECT_EQ(allocator.AvailableBytes(), 0u);
  EXPECT_EQ(allocator.Audit(), nullptr);
}

TYPED_TEST(EveryByteAllocator, CanBeInitialisedAfterAnInitThatFailed) {
  auto& allocator = this->allocator_;
  EXPECT_EQ(allocator.Init(nullptr, kRegion), kInvalidParam);
  EXPECT_EQ(allocator.Init(this->arena_.at(0), 0), kInvalidParam);
  EXPECT_EQ(allocator.Init(PointerTo(UINTPTR_MAX), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.Init(this->arena_.at(0), SIZE_MAX), kInvalidParam);
  EXPECT_EQ(allocator.Allocate(LayoutOf(8)), kInvalidParam);
  EXPECT_EQ(allocator.AddMemory(this->arena_.at(0), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.TotalBytes(), 0u);
  EXPECT_TRUE(allocator.Init(this->arena_.at(0), kRegion));
  EXPECT_TRUE(allocator.Allocate(LayoutOf(8)));
}

TYPED_TEST(EveryByteAllocator, IsInitialisedOnlyOnce) {
  auto& allocator = this->allocator_;
  ASSERT_TRUE(allocator.Init(this->arena_.at(0), kRegion));
  const auto before = StateOf(allocator, this->arena_);
  EXPECT_EQ(allocator.Init(this->arena_.at(0), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.Init(this->arena_.at(kRegion), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.Init(nullptr, 0), kInvalidParam);
  EXPECT_TRUE(StateOf(allocator, this->arena_) == before);
}

TYPED_TEST(EveryByteAllocator, AddsMemoryToWhatItHas) {
  auto& allocator = this->allocator_;
  ASSERT_TRUE(allocator.Init(this->arena_.at(0), kRegion));
  ASSERT_TRUE(allocator.AddMemory(this->arena_.at(2 * kRegion), kRegion));
  EXPECT_EQ(allocator.TotalBytes(), 2 * kRegion);
  EXPECT_EQ(allocator.AddMemory(this->arena_.at(2 * kRegion), kRegion),
            kMemoryOverlap);
  EXPECT_EQ(allocator.AddMemory(nullptr, kRegion), kInvalidParam);
  EXPECT_EQ(allocator.TotalBytes(), 2 * kRegion);
  EXPECT_TRUE(allocator.Allocate(LayoutOf(kRegion)));
  EXPECT_TRUE(allocator.Allocate(LayoutOf(kRegion)));
  EXPECT_EQ(allocator.Audit(), nullptr);
}

TYPED_TEST(EveryByteAllocator, CallsEveryFailureToAllocateNoMemory) {
  auto& allocator = this->allocator_;
  ASSERT_TRUE(allocator.Init(this->arena_.at(0), kRegion));
  for (std::size_t bytes :
       {kRegion + 1, std::size_t{PTRDIFF_MAX} / 2, std::size_t{PTRDIFF_MAX}}) {
    EXPECT_EQ(allocator.Allocate(LayoutOf(bytes)), kNoMemory) << bytes;
  }
  EXPECT_EQ(allocator.Allocate(LayoutOf(0, std::size_t{PTRDIFF_MAX} + 1)),
            kNoMemory);
}

TYPED_TEST(EveryByteAllocator, RefusesToFreeWhatTheAllocatorInsideRefuses) {
  auto& allocator = this->allocator_;
  ASSERT_TRUE(allocator.Init(this->arena_.at(0), kRegion));
  ASSERT_TRUE(allocator.Allocate(LayoutOf(64)));
  EXPECT_EQ(allocator.Deallocate(nullptr, LayoutOf(64)), kInvalidParam);
  EXPECT_EQ(allocator.Deallocate(this->arena_.at(1), LayoutOf(64)),
            kInvalidParam);
  EXPECT_EQ(allocator.Deallocate(this->arena_.at(kRegion), LayoutOf(64)),
            kNotAllocated);
}

TYPED_TEST(EveryByteAllocator, HasEverythingBackWhenEverythingIsFreed) {
  auto& allocator = this->allocator_;
  ASSERT_TRUE(allocator.Init(this->arena_.at(0), kRegion));
  for (std::size_t bytes : {0u, 8u, 64u, 200u, 5000u}) {
    const auto block = allocator.Allocate(LayoutOf(bytes));
    ASSERT_TRUE(block) << bytes;
    EXPECT_LT(allocator.AvailableBytes(), kRegion);
    EXPECT_EQ(allocator.AvailableBytes(),
              allocator.TotalBytes() - allocator.UsedBytes());
    ASSERT_TRUE(allocator.Deallocate(*block, LayoutOf(bytes)));
    EXPECT_EQ(allocator.AvailableBytes(), kRegion);
  }
  EXPECT_EQ(allocator.Audit(), nullptr);
}

TEST(SlabByteAllocator, TakesOnlyAHeapsRegions) {
  const Arena arena(2 * kRegion);
  SlabByteAllocator allocator;
  EXPECT_EQ(allocator.Init(arena.at(8), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.Init(arena.at(0), kRegion + 4096), kInvalidParam);
  EXPECT_TRUE(allocator.Init(arena.at(0), kRegion));
}

TEST(MappedByteAllocator, HasAMapForEachRegion) {
  using Heap = MappedByteAllocator;
  const Arena arena(2 * kRegion);
  const Arena map(Heap::MapBytesFor(kRegion));
  const Arena second(Heap::MapBytesFor(kRegion));
  MappedByteAllocator allocator;
  EXPECT_EQ(allocator.Init(arena.at(0), kRegion), kInvalidParam);
  EXPECT_EQ(allocator.Init(arena.at(0), kRegion, map.at(0)), kInvalidParam);
  ASSERT_TRUE(allocator.Init(arena.at(0), kRegion, map.at(0), map.bytes()));
  EXPECT_EQ(allocator.AddMemory(arena.at(kRegion), kRegion, second.at(0)),
            kInvalidParam);
  EXPECT_EQ(
      allocator.AddMemory(arena.at(kRegion), kRegion, map.at(0), map.bytes()),
      kMemoryOverlap);
  ASSERT_TRUE(allocator.AddMemory(arena.at(kRegion), kRegion, second.at(0),
                                  second.bytes()));
  const auto first = allocator.Allocate(LayoutOf(64));
  const auto other = allocator.Allocate(LayoutOf(64));
  ASSERT_TRUE(first && other);
  ASSERT_TRUE(allocator.Deallocate(*first, LayoutOf(64)));
  ASSERT_TRUE(allocator.Deallocate(*other, LayoutOf(64)));
  EXPECT_EQ(allocator.Deallocate(*first, LayoutOf(64)), kNotAllocated);
  EXPECT_EQ(allocator.Trim(), 4096u);
  EXPECT_EQ(allocator.Audit(), nullptr);
}

TEST(MappedByteAllocator, HasNothingToTrimBeforeInit) {
  MappedByteAllocator allocator;
  EXPECT_EQ(allocator.Trim(), 0u);
}

TEST(BuddyByteAllocator, TakesAnyRegion) {
  const Arena arena(kRegion);
  BuddyByteAllocator allocator;
  ASSERT_TRUE(allocator.Init(arena.at(1), 1000));
  constexpr std::size_t kUnit = BuddyAllocator<>::kUnitBytes;
  EXPECT_EQ(allocator.TotalBytes(), AlignDown(1001, kUnit) - kUnit);
}

}  // namespace
}  // namespace lockstep::byte_allocator_test
