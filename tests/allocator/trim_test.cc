// Trim of a heap with a map, which gives the empty sets of its slabs back.

#include <cstddef>

#include "allocator/base/address.h"
#include "gtest/gtest.h"
#include "tests/allocator/mapped.h"

namespace lockstep::trim_test {
namespace {

constexpr std::size_t kRegion = 64 * 1024;

class TrimTest : public testing::Test {
 protected:
  void* Allocate(std::size_t bytes) {
    return mapped_.allocator.Allocate(LayoutOf(bytes)).value_or(nullptr);
  }
  void Free(void* block, std::size_t bytes) {
    ASSERT_TRUE(mapped_.allocator.Deallocate(block, LayoutOf(bytes)));
  }

  Mapped<MappedHeap> mapped_{kRegion};
  MappedHeap& heap_ = mapped_.allocator;
};

TEST_F(TrimTest, GivesNothingBackWhileABlockOfTheSetIsUsed) {
  void* const block = Allocate(64);
  EXPECT_EQ(heap_.Trim(), 0u);
  Free(block, 64);
  EXPECT_EQ(heap_.AvailableBytes(), kRegion);
  EXPECT_EQ(heap_.TotalBytes(), kRegion + 4096);
  EXPECT_EQ(heap_.Trim(), 4096u);
  EXPECT_EQ(heap_.TotalBytes(), kRegion);
  EXPECT_EQ(heap_.Audit(), nullptr);
  EXPECT_EQ(heap_.Trim(), 0u);
  EXPECT_NE(Allocate(kRegion), nullptr);
}

// Sets of two pages.
TEST_F(TrimTest, KeepsASetWhoseSecondPageAloneIsUsed) {
  void* blocks[128];  // Two sets.
  for (void*& block : blocks) block = Allocate(128);
  void* const last = blocks[64];  // The highest of the second set.
  ASSERT_GE(AddressOf(last) % 8192, 4096u);
  for (void* const block : blocks) {
    if (block != last) Free(block, 128);
  }
  EXPECT_EQ(heap_.Trim(), 8192u);
  EXPECT_EQ(heap_.Audit(), nullptr);
  Free(last, 128);
  EXPECT_EQ(heap_.Trim(), 8192u);
}

TEST_F(TrimTest, KeepsTheOrderOfTheOtherFreeBlocks) {
  void* blocks[192];  // Three sets.
  for (void*& block : blocks) block = Allocate(64);
  const std::size_t order[] = {70, 5, 66, 130, 69, 188, 3};
  for (std::size_t i = 0; i < 64; ++i) {
    if (i < 7) Free(blocks[order[i]], 64);
  }
  for (std::size_t i = 64; i < 128; ++i) {
    if (i != 70 && i != 66 && i != 69) Free(blocks[i], 64);
  }
  EXPECT_EQ(heap_.Trim(), 4096u);
  EXPECT_EQ(heap_.Audit(), nullptr);
  for (const std::size_t i : {3u, 188u, 130u, 5u}) {
    EXPECT_EQ(Allocate(64), blocks[i]);
  }
}

TEST_F(TrimTest, MakesAWrongFreeOfTheOldBlocksRefused) {
  void* const block = Allocate(1024);
  Free(block, 1024);
  EXPECT_EQ(heap_.Trim(), kRegion);
  const auto before = mapped_.All();
  EXPECT_EQ(heap_.Deallocate(block, LayoutOf(1024)), kNotAllocated);
  EXPECT_TRUE(mapped_.All() == before);
}

// The buddy above the set links to a block that does not link back.
TEST_F(TrimTest, KeepsASetThatTheBuddyDoesNotTake) {
  void* const block = Allocate(64);
  Free(block, 64);
  void* const above = PointerTo(AlignDown(AddressOf(block), 4096) + 4096);
  void* const intact = PointerTo(LoadWord(above));
  StoreLink(above, block);
  EXPECT_EQ(heap_.Trim(), 0u);
  StoreLink(above, intact);
  EXPECT_EQ(heap_.AvailableBytes(), kRegion);
  EXPECT_EQ(heap_.Audit(), nullptr);
  EXPECT_EQ(heap_.Trim(), 4096u);
}

TEST_F(TrimTest, WorksAfterAFreeWithARoundedSize) {
  void* const large = Allocate(5000);
  void* const block = Allocate(64);
  Free(large, 8192);
  Free(block, 64);
  EXPECT_EQ(heap_.Trim(), 4096u);
  EXPECT_EQ(heap_.AvailableBytes(), kRegion);
}

TEST_F(TrimTest, LeavesADamagedListAlone) {
  void* const block = Allocate(64);
  Free(block, 64);
  StoreLink(block, nullptr);
  const auto before = mapped_.All();
  EXPECT_EQ(heap_.Trim(), 0u);
  EXPECT_TRUE(mapped_.All() == before);
}

// The list is cut where the next set begins.
TEST_F(TrimTest, LeavesAListAloneThatHasNoneOfTheOtherSets) {
  void* blocks[128];  // Two sets.
  for (void*& block : blocks) block = Allocate(64);
  for (void* const block : blocks) Free(block, 64);
  StoreLink(blocks[64], nullptr);
  const auto before = mapped_.All();
  EXPECT_EQ(heap_.Trim(), 0u);
  EXPECT_TRUE(mapped_.All() == before);
}

}  // namespace
}  // namespace lockstep::trim_test
