#include "allocator/bytes/slab.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "allocator/bytes/buddy_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::slab_test {
namespace {

class EverySlab : public testing::TestWithParam<std::size_t> {};

INSTANTIATE_TEST_SUITE_P(All, EverySlab,
                         testing::Values(64, 128, 256, 512, 1024, 2048, 4096),
                         testing::PrintToStringParamName());

TEST_P(EverySlab, GrowsBy64BlocksAndHandsOutTheHighestFirst) {
  const std::size_t block_bytes = GetParam();
  const std::size_t set_bytes = 64 * block_bytes;
  const Arena arena(2 * set_bytes, 2 * set_bytes);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 2 * set_bytes));
  Slab slab(block_bytes);
  EXPECT_EQ(slab.total_blocks(), 0u);
  for (std::size_t set = 0; set < 2; ++set) {
    for (std::size_t i = 64; i > 0; --i) {
      EXPECT_EQ(slab.Allocate(LayoutOf(block_bytes, block_bytes), buddy),
                arena.at(set * set_bytes + (i - 1) * block_bytes));
      EXPECT_EQ(slab.used_blocks(), set * 64 + (65 - i));
      EXPECT_EQ(slab.total_blocks(), (set + 1) * 64);
    }
  }
  EXPECT_EQ(buddy.UsedBytes(), 2 * set_bytes);
  EXPECT_EQ(buddy.RequestedBytes(), 2 * set_bytes);
  EXPECT_EQ(slab.Allocate(LayoutOf(1), buddy), kNoMemory);
  EXPECT_EQ(slab.Audit(buddy), nullptr);
}

TEST_P(EverySlab, RefusesALayoutThatNoBlockSatisfies) {
  const std::size_t block_bytes = GetParam();
  const Arena arena(64 * block_bytes, 64 * block_bytes);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), arena.bytes()));
  Slab slab(block_bytes);
  for (const Layout layout :
       {LayoutOf(block_bytes + 1), LayoutOf(0, 2 * block_bytes),
        LayoutOf(PTRDIFF_MAX)}) {
    EXPECT_EQ(slab.Allocate(layout, buddy), kInvalidParam);
    EXPECT_EQ(slab.Deallocate(arena.at(0), layout, buddy), kInvalidParam);
  }
  EXPECT_EQ(slab.total_blocks(), 0u);
  EXPECT_EQ(buddy.UsedBytes(), 0u);
}

// A slab over a buddy allocator with memory for two sets and a bit more.
class Slab64 : public testing::Test {
 protected:
  Slab64() { EXPECT_TRUE(buddy_.Init(arena_.at(0), 8192 + 512)); }
  ~Slab64() override {
    EXPECT_EQ(buddy_.Audit(), nullptr);
    EXPECT_EQ(slab_.Audit(buddy_), nullptr);
  }

  void Allocate(std::size_t offset) {
    ASSERT_EQ(slab_.Allocate(LayoutOf(64), buddy_), arena_.at(offset));
  }
  void Free(std::size_t offset) {
    ASSERT_TRUE(slab_.Deallocate(arena_.at(offset), LayoutOf(64), buddy_));
  }

  std::pair<State, State> BothStates() {
    return {StateOf(buddy_, arena_), StateOf(slab_, arena_)};
  }
  void ExpectRefused(void* block, std::unexpected<AllocError> why) {
    const auto before = BothStates();
    EXPECT_EQ(slab_.Deallocate(block, LayoutOf(64), buddy_), why) << block;
    EXPECT_TRUE(BothStates() == before) << block;
  }

  Arena arena_{16384};
  BuddyAllocator<> buddy_{};
  Slab slab_{64};
};

TEST_F(Slab64, HandsOutTheLastFreedFirst) {
  for (std::size_t offset : {4032u, 3968u, 3904u}) Allocate(offset);
  for (std::size_t offset : {4032u, 3904u, 3968u}) Free(offset);
  for (std::size_t offset : {3968u, 3904u, 4032u, 3840u}) Allocate(offset);
}

TEST_F(Slab64, NeverGivesMemoryBack) {
  Allocate(4032);
  Free(4032);
  EXPECT_EQ(slab_.used_blocks(), 0u);
  EXPECT_EQ(slab_.total_blocks(), 64u);
  EXPECT_EQ(buddy_.UsedBytes(), 4096u);
}

TEST_F(Slab64, GrowsOnlyWhenNoBlockIsFree) {
  for (std::size_t i = 64; i > 0; --i) Allocate((i - 1) * 64);
  Free(0);
  Allocate(0);
  EXPECT_EQ(slab_.total_blocks(), 64u);
  Allocate(4096 + 4032);
  EXPECT_EQ(slab_.total_blocks(), 128u);
}

TEST_F(Slab64, HasChangedNothingWhenItCannotGrow) {
  for (int i = 0; i < 128; ++i) {
    ASSERT_TRUE(slab_.Allocate(LayoutOf(8), buddy_));
  }
  const auto before = BothStates();
  EXPECT_EQ(slab_.Allocate(LayoutOf(8), buddy_), kNoMemory);
  EXPECT_TRUE(BothStates() == before);
}

TEST_F(Slab64, GivesZeroBytesABlockOfTheirOwn) {
  const auto one = slab_.Allocate(LayoutOf(0), buddy_);
  const auto other = slab_.Allocate(LayoutOf(0), buddy_);
  ASSERT_TRUE(one && other);
  EXPECT_NE(*one, *other);
  EXPECT_TRUE(slab_.Deallocate(*one, LayoutOf(0), buddy_));
}

TEST_F(Slab64, RefusesAFreeOfNullOrBesideABlock) {
  Allocate(4032);
  ExpectRefused(nullptr, kInvalidParam);
  ExpectRefused(arena_.at(4033), kInvalidParam);
  ExpectRefused(arena_.at(4032 - 32), kInvalidParam);
}

TEST_F(Slab64, RefusesAFreeOutsideTheRegions) {
  Allocate(4032);
  ExpectRefused(arena_.at(8192 + 512), kNotAllocated);
  ExpectRefused(arena_.at(8192 + 512 - 32), kNotAllocated);
  ExpectRefused(PointerTo(arena_.start() - 64), kNotAllocated);
  ExpectRefused(PointerTo(UINTPTR_MAX), kNotAllocated);
  ExpectRefused(PointerTo(AlignDown(UINTPTR_MAX, 64)), kNotAllocated);
}

TEST_F(Slab64, RefusesAFreeWhenNothingIsInUse) {
  ExpectRefused(arena_.at(0), kNotAllocated);
  Allocate(4032);
  Free(4032);
  ExpectRefused(arena_.at(0), kNotAllocated);
}

TEST_F(Slab64, RefusesASecondFreeAtOnce) {
  Allocate(4032);
  Allocate(3968);
  Free(4032);
  ExpectRefused(arena_.at(4032), kNotAllocated);
}

// What a client wrote to its block after it was freed is taken for a link.
TEST_F(Slab64, RefusesALinkThatLeadsToNoBlock) {
  for (void* const link :
       {arena_.at(32), PointerTo(arena_.start() - 64), arena_.at(8192 + 512),
        PointerTo(64), PointerTo(UINTPTR_MAX)}) {
    Slab slab(64);
    BuddyAllocator<> buddy;
    ASSERT_TRUE(buddy.Init(arena_.at(0), 8192 + 512));
    ASSERT_EQ(slab.Allocate(LayoutOf(64), buddy), arena_.at(4032));
    StoreLink(arena_.at(3968), link);
    ASSERT_EQ(slab.Allocate(LayoutOf(64), buddy), arena_.at(3968));
    const auto before = StateOf(slab, arena_);
    EXPECT_EQ(slab.Allocate(LayoutOf(64), buddy), kNoMemory) << link;
    EXPECT_TRUE(StateOf(slab, arena_) == before) << link;
  }
}

TEST_F(Slab64, RefusesALinkToABlockThatSticksOutOfTheRegion) {
  Slab slab(64);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena_.at(0), 4096 + 32));
  ASSERT_EQ(slab.Allocate(LayoutOf(64), buddy), arena_.at(4032));
  StoreLink(arena_.at(3968), arena_.at(4096));
  ASSERT_EQ(slab.Allocate(LayoutOf(64), buddy), arena_.at(3968));
  EXPECT_EQ(slab.Allocate(LayoutOf(64), buddy), kNoMemory);
}

using Slab64Undetected = Slab64;

TEST_F(Slab64Undetected, SecondFreeOnceAnotherBlockWasFreed) {
  Slab slab(64);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(slab.Allocate(LayoutOf(64), buddy_));
  for (std::size_t offset : {4032u, 3968u}) {
    ASSERT_TRUE(slab.Deallocate(arena_.at(offset), LayoutOf(64), buddy_));
  }
  const bool is_detected = IsUnderAddressSanitizer();
  const auto freed = slab.Deallocate(arena_.at(4032), LayoutOf(64), buddy_);
  EXPECT_NE(freed.has_value(), is_detected);
  EXPECT_STREQ(slab.Audit(buddy_), is_detected ? nullptr : "slab.acyclic");
}

// On a cyclic list there is always another block; there are no more than 64.
TEST_F(Slab64Undetected, SecondFreeAfterWhichNoMoreIsUsedThanThereIs) {
  Slab slab(64);
  for (int i = 0; i < 64; ++i) ASSERT_TRUE(slab.Allocate(LayoutOf(64), buddy_));
  for (std::size_t offset : {0u, 64u, 0u}) {
    (void)slab.Deallocate(arena_.at(offset), LayoutOf(64), buddy_);
  }
  while (slab.used_blocks() < 64) {
    ASSERT_TRUE(slab.Allocate(LayoutOf(64), buddy_));
  }
  ASSERT_EQ(slab.total_blocks(), 64u);
  EXPECT_TRUE(slab.Allocate(LayoutOf(64), buddy_));
  EXPECT_EQ(slab.total_blocks(), 128u);
}

TEST_F(Slab64Undetected, FreeOfABlockThatTheBuddyHandedOut) {
  Allocate(4032);
  ASSERT_EQ(buddy_.Allocate(LayoutOf(64)), arena_.at(8192));
  Free(8192);
}

}  // namespace
}  // namespace lockstep::slab_test
