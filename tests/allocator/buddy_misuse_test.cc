#include <cstddef>
#include <cstdint>

#include "allocator/bytes/buddy_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::buddy_misuse_test {
namespace {

class BuddyMisuse : public testing::Test {
 protected:
  BuddyMisuse() { EXPECT_TRUE(buddy_.Init(arena_.at(0), 4096)); }

  void Allocate(std::size_t offset, std::size_t bytes) {
    ASSERT_EQ(buddy_.Allocate(LayoutOf(bytes)), arena_.at(offset));
  }
  void Free(std::size_t offset, std::size_t bytes) {
    ASSERT_TRUE(buddy_.Deallocate(arena_.at(offset), LayoutOf(bytes)));
  }

  // That the free is refused and nothing has changed.
  void ExpectRefused(void* block, Layout layout,
                     std::unexpected<AllocError> why) {
    const auto before = StateOf(buddy_, arena_);
    EXPECT_EQ(buddy_.Deallocate(block, layout), why) << block;
    EXPECT_TRUE(StateOf(buddy_, arena_) == before) << block;
    EXPECT_EQ(buddy_.Audit(), nullptr);
  }

  Arena arena_{8192};
  BuddyAllocator<> buddy_{};
};

TEST_F(BuddyMisuse, FreeOfNullIsRefused) {
  Allocate(0, 64);
  ExpectRefused(nullptr, LayoutOf(64), kInvalidParam);
  ExpectRefused(nullptr, LayoutOf(0), kInvalidParam);
}

TEST_F(BuddyMisuse, FreeOfABlockThatIsNotAlignedToItsSizeIsRefused) {
  Allocate(0, 64);
  ExpectRefused(arena_.at(1), LayoutOf(64), kInvalidParam);
  ExpectRefused(arena_.at(32), LayoutOf(64), kInvalidParam);
  ExpectRefused(arena_.at(BuddyAllocator<>::kUnitBytes / 2), LayoutOf(0),
                kInvalidParam);
}

TEST_F(BuddyMisuse, FreeOfAnOrderThatDoesNotExistIsRefused) {
  constexpr std::size_t kMissing = std::size_t{PTRDIFF_MAX} + 1;
  if (sizeof(kMissing) * 8 == 32) GTEST_SKIP() << "32 orders are all there are";
  Allocate(0, 4096);
  ExpectRefused(arena_.at(0), LayoutOf(kMissing / 2 + 1), kInvalidParam);
  ExpectRefused(arena_.at(0), LayoutOf(0, kMissing), kInvalidParam);
  ExpectRefused(nullptr, LayoutOf(0, kMissing), kInvalidParam);
}

// Of 2 GiB in no region; of 4 GiB, for which there is no order.
TEST_F(BuddyMisuse, FreeOfTheLargestOrderAndOfOneMoreIsRefused) {
  if (sizeof(std::size_t) == 4) GTEST_SKIP() << "no block can be as large";
  Allocate(0, 4096);
  constexpr auto kLargest = static_cast<std::size_t>(std::uint64_t{1} << 31);
  ExpectRefused(arena_.at(0), LayoutOf(kLargest), kNotAllocated);
  ExpectRefused(arena_.at(0), LayoutOf(2 * kLargest), kInvalidParam);
}

TEST_F(BuddyMisuse, FreeOutsideTheRegionsIsRefused) {
  Allocate(0, 4096);
  ExpectRefused(arena_.at(4096), LayoutOf(64), kNotAllocated);
  ExpectRefused(PointerTo(arena_.start() - 64), LayoutOf(64), kNotAllocated);
  ExpectRefused(PointerTo(arena_.end()), LayoutOf(64), kNotAllocated);
  ExpectRefused(arena_.at(0), LayoutOf(8192), kNotAllocated);
  ExpectRefused(arena_.at(4096 - 32), LayoutOf(64), kNotAllocated);
  ExpectRefused(arena_.at(4097), LayoutOf(64), kNotAllocated);
  ExpectRefused(PointerTo(UINTPTR_MAX), LayoutOf(64), kNotAllocated);
  ExpectRefused(PointerTo(AlignDown(UINTPTR_MAX, 64)), LayoutOf(64),
                kNotAllocated);
}

TEST_F(BuddyMisuse, FreeOfMoreThanIsAllocatedIsRefused) {
  Allocate(0, 64);
  ExpectRefused(arena_.at(0), LayoutOf(128), kNotAllocated);
  // Though less is asked for than was.
  ExpectRefused(arena_.at(0), LayoutOf(1, 128), kNotAllocated);
}

TEST_F(BuddyMisuse, FreeOfMoreThanWasAskedForIsRefused) {
  Allocate(0, 33);
  ExpectRefused(arena_.at(0), LayoutOf(34), kNotAllocated);
}

TEST_F(BuddyMisuse, SecondFreeIsFoundAtTheHeadOfItsList) {
  Allocate(0, 64);
  Allocate(64, 64);
  Free(0, 64);
  ExpectRefused(arena_.at(0), LayoutOf(64), kNotAllocated);
}

TEST_F(BuddyMisuse, SecondFreeIsFoundInTheMiddleOfItsList) {
  for (std::size_t offset = 0; offset < 512; offset += 64) Allocate(offset, 64);
  for (std::size_t offset : {0u, 128u, 256u, 384u}) Free(offset, 64);
  for (std::size_t offset : {0u, 128u, 256u, 384u}) {
    ExpectRefused(arena_.at(offset), LayoutOf(64), kNotAllocated);
  }
}

TEST_F(BuddyMisuse, SecondFreeIsFoundAtOnceAfterAMerge) {
  for (std::size_t offset : {0u, 64u, 128u, 192u}) Allocate(offset, 64);
  Free(0, 64);
  Free(64, 64);
  ExpectRefused(arena_.at(0), LayoutOf(64), kNotAllocated);
  ExpectRefused(arena_.at(64), LayoutOf(64), kNotAllocated);
  ExpectRefused(arena_.at(96), LayoutOf(1), kNotAllocated);
}

// Both halves of a block were freed, so that they merged, and then another
// block of that size. The second free of the second half is found when it
// merges with the first half: what they make is on its list already.
TEST_F(BuddyMisuse, SecondFreeOfBothHalvesOfABlockIsFound) {
  for (std::size_t offset = 0; offset < 512; offset += 64) Allocate(offset, 64);
  for (std::size_t offset : {0u, 64u, 256u, 320u}) Free(offset, 64);
  if (!IsUnderAddressSanitizer()) Free(0, 64);
  ExpectRefused(arena_.at(64), LayoutOf(64), kNotAllocated);
}

// The history in which a free that was in order walked a list for ever.
TEST(BuddyOf128Bytes, AFreeEndsAfterTwoSecondFrees) {
  if (sizeof(void*) == 4) GTEST_SKIP() << "the history is one of 8-byte units";
  const Arena arena(4096);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 128));
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(buddy.Allocate(LayoutOf(8)));
  while (buddy.Allocate(LayoutOf(16))) continue;
  ASSERT_EQ(buddy.UsedBytes(), 128u);
  ASSERT_TRUE(buddy.Deallocate(arena.at(0), LayoutOf(8)));
  ASSERT_TRUE(buddy.Deallocate(arena.at(8), LayoutOf(8)));
  ASSERT_TRUE(buddy.Deallocate(arena.at(0x30), LayoutOf(16)));
  EXPECT_NE(buddy.Deallocate(arena.at(0), LayoutOf(8)).has_value(),
            IsUnderAddressSanitizer());
  EXPECT_EQ(buddy.Deallocate(arena.at(8), LayoutOf(8)), kNotAllocated);
  EXPECT_TRUE(buddy.Deallocate(arena.at(0x50), LayoutOf(16)));
}

TEST(BuddyOfSixOrders, FindsASecondFreeOfTheLargestBlockThatWasLastFreed) {
  const Arena arena(4096);
  BuddyAllocator<6> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), 96));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(buddy.Allocate(LayoutOf(32)));
  ASSERT_TRUE(buddy.Deallocate(arena.at(0), LayoutOf(32)));
  EXPECT_EQ(buddy.Deallocate(arena.at(0), LayoutOf(32)), kNotAllocated);
  EXPECT_EQ(buddy.Audit(), nullptr);
}

// What the header says is not detected, as far as it is safe to show; and what
// AddressSanitizer makes of it.
class BuddyUndetected : public BuddyMisuse {
 protected:
  const bool is_detected_ = IsUnderAddressSanitizer();
};

TEST_F(BuddyUndetected, SecondFreeWithinABlockThatHeadsNoList) {
  for (std::size_t offset = 0; offset < 512; offset += 64) Allocate(offset, 64);
  for (std::size_t offset : {0u, 64u, 256u, 320u}) Free(offset, 64);
  EXPECT_NE(buddy_.Deallocate(arena_.at(0), LayoutOf(64)).has_value(),
            is_detected_);
  EXPECT_EQ(buddy_.Audit(), nullptr);
}

TEST_F(BuddyUndetected, SecondFreeOfALargestBlockThatHeadsNoList) {
  BuddyAllocator<6> buddy;
  ASSERT_TRUE(buddy.Init(arena_.at(4096), 96));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(buddy.Allocate(LayoutOf(32)));
  ASSERT_TRUE(buddy.Deallocate(arena_.at(4096), LayoutOf(32)));
  ASSERT_TRUE(buddy.Deallocate(arena_.at(4128), LayoutOf(32)));
  EXPECT_NE(buddy.Deallocate(arena_.at(4096), LayoutOf(32)).has_value(),
            is_detected_);
  EXPECT_STREQ(buddy.Audit(), is_detected_ ? nullptr : "buddy.acyclic");
}

TEST_F(BuddyUndetected, FreeOfAFreeBlockBehindItsFreeBuddyBesideASeam) {
  BuddyAllocator<> buddy;
  for (std::size_t offset : {4096u, 4160u, 8128u}) {
    ASSERT_TRUE(buddy.AddRegion(arena_.at(offset), 64));
  }
  ASSERT_EQ(buddy.Allocate(LayoutOf(64)), arena_.at(8128));
  EXPECT_EQ(buddy.Deallocate(arena_.at(4160), LayoutOf(64)), kNotAllocated);
  EXPECT_NE(buddy.Deallocate(arena_.at(4096), LayoutOf(64)).has_value(),
            is_detected_);
  EXPECT_EQ(buddy.Audit(), nullptr);
}

TEST_F(BuddyUndetected, FreeWithALayoutForWhichTheSumsAreRight) {
  Allocate(0, 64);
  Allocate(64, 64);
  Free(0, 128);
  EXPECT_EQ(buddy_.UsedBytes(), 0u);
  EXPECT_EQ(buddy_.Audit(), nullptr);
}

TEST_F(BuddyUndetected, WriteToFreeMemoryBesideTheLinks) {
  StoreLink(arena_.at(1024), arena_.at(0));
  EXPECT_EQ(buddy_.Audit(), nullptr);
  Allocate(0, 4096);
}

}  // namespace
}  // namespace lockstep::buddy_misuse_test
