#include "allocator/bytes/slab_marks.h"

#include <cstddef>
#include <cstdint>

#include "allocator/bytes/block_map.h"
#include "gtest/gtest.h"
#include "tests/allocator/mapped.h"

namespace lockstep::slab_marks_test {
namespace {

constexpr std::size_t kPage = PageMap::kUnitBytes;
constexpr std::size_t kSetBytes = 2 * kPage;
constexpr std::size_t kBlockBytes = 128;

// A set of two pages, and one page behind it.
class Marks : public testing::Test {
 protected:
  Marks() {
    EXPECT_TRUE(map_.Add({set(), set() + arena_.bytes()}, memory_.at(0),
                         memory_.bytes()));
    marks_.Mark(map_, set(), kSetBytes);
  }

  Address set() const { return arena_.start(); }
  void* Block(std::size_t offset) const { return arena_.at(offset); }
  bool Use(std::size_t offset) const {
    return marks_.Toggle(map_, Block(offset), false);
  }
  bool IsUnused() const { return marks_.IsUnused(map_, set(), kSetBytes); }

  Arena arena_{3 * kPage};
  Arena memory_{PageMap::BytesFor(3 * kPage)};
  PageMap map_{};
  SlabMarks marks_{kBlockBytes};
};

TEST_F(Marks, AreOfBlocksAndNotOfWhatLiesInside) {
  ASSERT_TRUE(Use(kBlockBytes));
  EXPECT_TRUE(marks_.Is(map_, Block(kBlockBytes), true));
  EXPECT_FALSE(marks_.Is(map_, Block(kBlockBytes), false));
  // Each 64 bytes have a bit. That of the second half of a block is never set.
  EXPECT_FALSE(marks_.Is(map_, Block(kBlockBytes + 64), false));
  EXPECT_FALSE(marks_.Toggle(map_, Block(kBlockBytes + 64), false));
  EXPECT_FALSE(marks_.Is(map_, Block(kBlockBytes + 8), true));
}

TEST_F(Marks, ASetIsUsedByABlockOfAnyOfItsPages) {
  EXPECT_TRUE(IsUnused());
  for (std::size_t at = 0; at < kSetBytes; at += kBlockBytes) {
    ASSERT_TRUE(Use(at));
    EXPECT_FALSE(IsUnused()) << at;
    ASSERT_TRUE(marks_.Toggle(map_, Block(at), true));
  }
  EXPECT_TRUE(IsUnused());
}

TEST_F(Marks, WhatIsNoSetOfThisSlabIsNotUnused) {
  EXPECT_FALSE(marks_.IsUnused(map_, set() + kPage, kSetBytes));
  EXPECT_FALSE(marks_.IsUnused(map_, set() + 2 * kPage, kSetBytes));
  EXPECT_FALSE(marks_.IsUnused(PageMap(), set(), kSetBytes));
  marks_.Unmark(map_, set(), kSetBytes);
  EXPECT_FALSE(IsUnused());
  EXPECT_EQ(map_.TagAt(set()), UsedTag(13));
  EXPECT_EQ(map_.TagAt(set() + kPage), kNoTag);
}

TEST_F(Marks, TheAuditCountsPagesAndBits) {
  ASSERT_TRUE(Use(0));
  EXPECT_EQ(marks_.Audit(map_, kSetBytes, 1), nullptr);
  EXPECT_STREQ(marks_.Audit(map_, kSetBytes + kPage, 1), "map.pages");
  EXPECT_STREQ(marks_.Audit(map_, kSetBytes, 2), "map.bits");
}

// Two bits have flipped: a used block of 64 bytes is marked free, and a free one used.
// The number of bits that are set is right.
class SwappedMarks : public testing::Test {
 protected:
  SwappedMarks() {
    const Layout layout = LayoutOf(64);
    void* const used = mapped_.allocator.Allocate(layout).value();
    void* const free = mapped_.allocator.Allocate(layout).value();
    EXPECT_TRUE(mapped_.allocator.Deallocate(free, layout));
    const Address start = mapped_.arena.start();
    const std::size_t page = (AddressOf(used) - start) / kPage;
    auto* const entries = static_cast<PageEntry*>(mapped_.entries());
    for (const void* block : {used, free}) {
      entries[page].used_blocks ^= std::uint64_t{1}
                                   << AddressOf(block) % kPage / 64;
    }
  }

  Mapped<MappedHeap> mapped_{64 * 1024};
};

TEST_F(SwappedMarks, AreNamedByTheAudit) {
  EXPECT_STREQ(mapped_.allocator.Audit(), "slab.links");
}

TEST_F(SwappedMarks, LetNobodyHaveABlockThatIsMarkedUsed) {
  const auto before = mapped_.All();
  EXPECT_FALSE(mapped_.allocator.Allocate(LayoutOf(64)));
  EXPECT_TRUE(mapped_.All() == before);
}

}  // namespace
}  // namespace lockstep::slab_marks_test
