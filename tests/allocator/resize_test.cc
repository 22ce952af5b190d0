// Blocks that are given another layout, where they are and elsewhere.

#include <array>
#include <cstddef>
#include <cstring>

#include "allocator/base/address.h"
#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/reallocate.h"
#include "allocator/bytes/slab.h"
#include "gtest/gtest.h"

namespace lockstep::resize_test {
namespace {

constexpr std::size_t kBytes = std::size_t{1} << 18;
constexpr std::size_t kWord = sizeof(void*);

Layout Of(std::size_t bytes, std::size_t align = 1) {
  return *Layout::Make(bytes, align);
}

template <class Allocator>
class Resized : public testing::Test {
 protected:
  Resized() { EXPECT_TRUE(allocator_.Init(memory_.data(), kBytes)); }
  ~Resized() override { Unpoison(memory_.data(), kBytes); }

  std::byte* Allocate(Layout layout) {
    const auto block = allocator_.Allocate(layout);
    EXPECT_TRUE(block);
    return static_cast<std::byte*>(*block);
  }
  AllocError ErrorOf(void* block, Layout old_layout, Layout new_layout) {
    const auto resized = allocator_.Resize(block, old_layout, new_layout);
    EXPECT_FALSE(resized);
    EXPECT_EQ(allocator_.Audit(), nullptr);
    return resized.error();
  }

  alignas(kBytes) std::array<std::byte, kBytes> memory_;
  Allocator allocator_;
};

using ResizedInBuddy = Resized<BuddyAllocator<>>;
using ResizedInSmallBuddy = Resized<BuddyAllocator<6>>;
using ResizedInHeap = Resized<Heap>;
using ResizedInFacade = Resized<SlabByteAllocator>;

TEST_F(ResizedInBuddy, ABlockThatShrinksFreesItsUpperHalves) {
  std::byte* const block = Allocate(Of(1024));
  ASSERT_TRUE(allocator_.Resize(block, Of(1024), Of(100)));
  EXPECT_EQ(allocator_.UsedBytes(), 128u);
  EXPECT_EQ(allocator_.RequestedBytes(), 100u);
  // The halves, from the smallest on.
  EXPECT_EQ(Allocate(Of(128)), block + 128);
  EXPECT_EQ(Allocate(Of(256)), block + 256);
  EXPECT_EQ(Allocate(Of(512)), block + 512);
  EXPECT_EQ(allocator_.Audit(), nullptr);
}

TEST_F(ResizedInBuddy, ABlockGrowsOverBuddiesThatAreFree) {
  std::byte* const block = Allocate(Of(kWord));
  ASSERT_TRUE(allocator_.Resize(block, Of(kWord), Of(kBytes)));
  EXPECT_EQ(allocator_.AvailableBytes(), 0u);
  EXPECT_EQ(allocator_.Audit(), nullptr);
  ASSERT_TRUE(allocator_.Deallocate(block, Of(kBytes)));
  EXPECT_EQ(allocator_.UsedBytes(), 0u);
}

TEST_F(ResizedInBuddy, ABlockDoesNotGrowOverWhatIsInUse) {
  std::byte* const block = Allocate(Of(64));
  std::byte* const neighbour = Allocate(Of(64));
  ASSERT_EQ(neighbour, block + 64);
  EXPECT_EQ(ErrorOf(block, Of(64), Of(65)), AllocError::kNoMemory);
  EXPECT_EQ(allocator_.UsedBytes(), 128u);
}

// The block above it is free, but 64 bytes are more than the largest order has.
TEST_F(ResizedInSmallBuddy, ABlockDoesNotGrowToAnOrderThatDoesNotExist) {
  std::byte* const above = Allocate(Of(32));
  std::byte* const block = Allocate(Of(32));
  ASSERT_EQ(block + 32, above);
  ASSERT_TRUE(allocator_.Deallocate(above, Of(32)));
  EXPECT_EQ(ErrorOf(block, Of(32), Of(64)), AllocError::kNoMemory);
}

TEST_F(ResizedInBuddy, AnUpperHalfDoesNotGrow) {
  std::byte* const lower = Allocate(Of(64));
  std::byte* const upper = Allocate(Of(64));
  ASSERT_TRUE(allocator_.Deallocate(lower, Of(64)));
  EXPECT_EQ(ErrorOf(upper, Of(64), Of(65)), AllocError::kNoMemory);
}

TEST_F(ResizedInBuddy, AnAlignThatTheAddressDoesNotHaveIsRefused) {
  (void)Allocate(Of(64));
  std::byte* const block = Allocate(Of(64));
  EXPECT_EQ(ErrorOf(block, Of(64), Of(64, 128)), AllocError::kNoMemory);
}

TEST_F(ResizedInBuddy, WhatIsNotAllocatedIsRefused) {
  std::byte* const block = Allocate(Of(64));
  EXPECT_EQ(ErrorOf(nullptr, Of(64), Of(8)), AllocError::kInvalidParam);
  EXPECT_EQ(ErrorOf(block + 8, Of(64), Of(8)), AllocError::kInvalidParam);
  EXPECT_EQ(ErrorOf(block + 2 * kBytes, Of(64), Of(8)),
            AllocError::kNotAllocated);
  ASSERT_TRUE(allocator_.Deallocate(block, Of(64)));
  EXPECT_EQ(ErrorOf(block, Of(64), Of(8)), AllocError::kNotAllocated);
}

TEST_F(ResizedInBuddy, AMovedBlockKeepsItsBytes) {
  std::byte* const block = Allocate(Of(100));
  (void)Allocate(Of(100));
  std::memset(block, 0x5A, 100);
  const auto moved = Reallocate(allocator_, block, Of(100), Of(1000));
  ASSERT_TRUE(moved);
  ASSERT_NE(*moved, block);
  for (std::size_t i = 0; i < 100; ++i) {
    ASSERT_EQ(static_cast<std::byte*>(*moved)[i], std::byte{0x5A});
  }
  EXPECT_EQ(allocator_.RequestedBytes(), 1100u);
}

TEST_F(ResizedInBuddy, AMoveThatThereIsNoRoomForChangesNothing) {
  std::byte* const block = Allocate(Of(64));
  (void)Allocate(Of(64));
  const std::size_t used = allocator_.UsedBytes();
  const auto moved = Reallocate(allocator_, block, Of(64), Of(kBytes));
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error(), AllocError::kNoMemory);
  EXPECT_EQ(allocator_.UsedBytes(), used);
  EXPECT_TRUE(allocator_.Deallocate(block, Of(64)));
}

// It was freed, and another one after it: only a free walks as far as that.
TEST_F(ResizedInBuddy, AMoveOfWhatWasFreedChangesNothing) {
  std::array<std::byte*, 4> blocks{};
  for (std::byte*& block : blocks) block = Allocate(Of(64));
  ASSERT_TRUE(allocator_.Deallocate(blocks[0], Of(64)));
  ASSERT_TRUE(allocator_.Deallocate(blocks[2], Of(64)));
  const std::size_t used = allocator_.UsedBytes();
  const auto moved = Reallocate(allocator_, blocks[0], Of(64), Of(1000));
  ASSERT_FALSE(moved);
  EXPECT_EQ(moved.error(), AllocError::kNotAllocated);
  EXPECT_EQ(allocator_.UsedBytes(), used);
  EXPECT_EQ(allocator_.Audit(), nullptr);
}

TEST_F(ResizedInHeap, ABlockOfASlabStaysInIt) {
  std::byte* const block = Allocate(Of(100));
  ASSERT_TRUE(allocator_.Resize(block, Of(100), Of(65)));
  ASSERT_TRUE(allocator_.Resize(block, Of(65), Of(128)));
  EXPECT_EQ(ErrorOf(block, Of(128), Of(64)), AllocError::kNoMemory);
  EXPECT_EQ(ErrorOf(block, Of(128), Of(129)), AllocError::kNoMemory);
  EXPECT_TRUE(allocator_.Deallocate(block, Of(128)));
}

TEST_F(ResizedInHeap, ABlockMovesFromSlabToSlabAndToTheBuddy) {
  std::byte* const block = Allocate(Of(64));
  std::memset(block, 0x5A, 64);
  const auto larger = Reallocate(allocator_, block, Of(64), Of(500));
  ASSERT_TRUE(larger);
  const auto whole = Reallocate(allocator_, *larger, Of(500), Of(9000));
  ASSERT_TRUE(whole);
  ASSERT_TRUE(allocator_.Resize(*whole, Of(9000), Of(5000)));
  EXPECT_EQ(*static_cast<std::byte*>(*whole), std::byte{0x5A});
  EXPECT_TRUE(allocator_.Deallocate(*whole, Of(5000)));
  EXPECT_EQ(allocator_.Audit(), nullptr);
}

TEST_F(ResizedInHeap, AMoveOfWhatIsNotAllocatedIsRefusedBeforeItIsRead) {
  EXPECT_EQ(Reallocate(allocator_, nullptr, Of(64), Of(500)).error(),
            AllocError::kInvalidParam);
  EXPECT_EQ(Reallocate(allocator_, nullptr, Of(5000), Of(64)).error(),
            AllocError::kInvalidParam);
  EXPECT_EQ(allocator_.AvailableBytes(), kBytes);
}

TEST_F(ResizedInHeap, AMoveFromTheMiddleOfASlabBlockIsNotTheBuddys) {
  std::byte* const block = Allocate(Of(64));
  EXPECT_EQ(ErrorOf(block + 8, Of(64), Of(8192)),
            allocator_.Deallocate(block + 8, Of(64)).error());
  // A buddy of 20 bytes could begin there.
  EXPECT_EQ(ErrorOf(block + 32, Of(20), Of(8192)),
            allocator_.Deallocate(block + 32, Of(20)).error());
}

// Of a slab alone, a block of 64 bytes.
class ResizedInSlab : public testing::Test {
 protected:
  ResizedInSlab() { EXPECT_TRUE(buddy_.Init(memory_.data(), kBytes)); }
  ~ResizedInSlab() override { Unpoison(memory_.data(), kBytes); }

  void ExpectError(AllocError error, Layout old_layout, Layout new_layout) {
    const auto block = slab_.Allocate(Of(64), buddy_);
    ASSERT_TRUE(block);
    const auto resized = slab_.Resize(*block, old_layout, new_layout, buddy_);
    ASSERT_FALSE(resized);
    EXPECT_EQ(resized.error(), error);
    EXPECT_TRUE(slab_.Deallocate(*block, Of(64), buddy_));
  }

  alignas(kBytes) std::array<std::byte, kBytes> memory_;
  BuddyAllocator<> buddy_;
  Slab slab_{64};
};

TEST_F(ResizedInSlab, ALargerClassIsRefusedForLackOfMemory) {
  ExpectError(AllocError::kNoMemory, Of(64), Of(65));
}

TEST_F(ResizedInSlab, AnOldLayoutThatDoesNotFitIsInvalid) {
  ExpectError(AllocError::kInvalidParam, Of(65), Of(64));
}

TEST_F(ResizedInHeap, AFreeBlockOfASlabIsRefused) {
  std::byte* const block = Allocate(Of(64));
  ASSERT_TRUE(allocator_.Deallocate(block, Of(64)));
  EXPECT_EQ(ErrorOf(block, Of(64), Of(60)), AllocError::kNotAllocated);
}

TEST_F(ResizedInFacade, ItIsAsInTheHeap) {
  std::byte* const block = Allocate(Of(64));
  EXPECT_TRUE(allocator_.Resize(block, Of(64), Of(10)));
  EXPECT_EQ(ErrorOf(block, Of(10), Of(100)), AllocError::kNoMemory);
}

TEST(ResizedBeforeInit, IsRefused) {
  SlabByteAllocator allocator;
  EXPECT_EQ(allocator.Resize(nullptr, Of(1), Of(2)).error(),
            AllocError::kInvalidParam);
}

}  // namespace
}  // namespace lockstep::resize_test
