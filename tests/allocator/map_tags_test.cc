// Tags that nothing can have, in a map of units or pages.

#include <bit>
#include <cstddef>
#include <initializer_list>
#include <span>
#include <utility>

#include "allocator/base/address.h"
#include "allocator/bytes/block_map.h"
#include "gtest/gtest.h"
#include "tests/allocator/mapped.h"

namespace lockstep::map_tags_test {
namespace {

// What the audit of a map says of a region, whose units have tags that only
// several bits that flip can make.
class TagsOfAMap : public testing::Test {
 protected:
  template <class Map>
  const char* Audit(std::size_t units, std::initializer_list<Tag> tags) {
    const std::size_t bytes = units * Map::kUnitBytes;
    const Arena arena(bytes);
    const Arena memory(Map::BytesFor(bytes));
    const Span region = {arena.start(), arena.start() + bytes};
    Map map;
    EXPECT_TRUE(map.Add(region, memory.at(0), memory.bytes()));
    Address unit = region.start;
    for (const Tag tag : tags) {
      map.SetTag(unit, tag);
      unit += Map::kUnitBytes;
    }
    std::size_t free_bytes = 0;
    return map.Audit(std::span(&region, 1), free_bytes);
  }
};

// Of used blocks of so many units.
constexpr Tag kOne = UsedTag(std::bit_width(UnitMap::kUnitBytes) - 1);
constexpr Tag kTwo = kOne + 1;
constexpr Tag kFour = kOne + 2;

TEST_F(TagsOfAMap, BlocksAreAlignedToTheirSize) {
  EXPECT_EQ(Audit<UnitMap>(4, {kOne, kOne, kTwo, kNoTag}), nullptr);
  EXPECT_STREQ(Audit<UnitMap>(4, {kOne, kTwo, kNoTag, kOne}), "map.blocks");
}

TEST_F(TagsOfAMap, BlocksEndInTheirRegion) {
  EXPECT_STREQ(Audit<UnitMap>(2, {kFour}), "map.blocks");
}

TEST_F(TagsOfAMap, NothingBeginsInsideOfABlock) {
  EXPECT_EQ(Audit<UnitMap>(4, {kFour}), nullptr);
  EXPECT_STREQ(Audit<UnitMap>(4, {kFour, kOne}), "map.inside");
  EXPECT_STREQ(Audit<UnitMap>(4, {kFour, kNoTag, kOne}), "map.inside");
  EXPECT_STREQ(Audit<UnitMap>(4, {kFour, kNoTag, kNoTag, kOne}), "map.inside");
}

// Also where the block began in a region before this one; and all of its units have
// entries.
TEST(TagsOfRegionsThatTouch, NothingBeginsInsideOfABlock) {
  constexpr std::size_t kBytes = 64;
  const Arena arena(2 * kBytes);
  const Arena memory(2 * kBytes);
  const Span both = {arena.start(), arena.start() + 2 * kBytes};
  std::size_t free_bytes = 0;
  UnitMap map;
  const auto audit = [&] { return map.Audit(std::span(&both, 1), free_bytes); };
  const Address middle = both.start + kBytes;
  ASSERT_TRUE(map.Add({both.start, middle}, memory.at(0), kBytes));
  map.SetTag(both.start, FreeTag(7));
  EXPECT_STREQ(audit(), "map.inside");
  ASSERT_TRUE(map.Add({middle, both.end}, memory.at(kBytes), kBytes));
  EXPECT_EQ(audit(), nullptr);
  EXPECT_EQ(free_bytes, 2 * kBytes);
  map.SetTag(both.end - UnitMap::kUnitBytes, kOne);
  EXPECT_STREQ(audit(), "map.inside");
}

TEST_F(TagsOfAMap, ThereAreSevenSlabs) {
  for (unsigned tag = SlabTag(64); tag <= SlabTag(4096); ++tag) {
    EXPECT_EQ(Audit<PageMap>(1, {static_cast<Tag>(tag)}), nullptr) << tag;
  }
  EXPECT_STREQ(Audit<PageMap>(1, {SlabTag(64) - 1}), "map.blocks");
  for (unsigned tag = SlabTag(4096) + 1; tag <= 0xFF; ++tag) {
    EXPECT_STREQ(Audit<PageMap>(1, {static_cast<Tag>(tag)}), "map.blocks")
        << tag;
  }
}

TEST(UntaggedBlock, IsNotHandedOut) {
  Mapped<MappedBuddy> buddy(1024);
  const Layout layout = LayoutOf(1024);
  auto* const tag = static_cast<Tag*>(buddy.entries());
  ASSERT_EQ(std::exchange(*tag, kNoTag), FreeTag(10));
  EXPECT_FALSE(buddy.allocator.Allocate(layout));
  *tag = FreeTag(10);
  EXPECT_TRUE(buddy.allocator.Allocate(layout));
}

// A used tag of the order 3 that becomes 0xC3: no buddy has pages of slabs.
TEST(TagsOfUnits, AreNotThoseOfSlabs) {
  Mapped<MappedBuddy> mapped(64 * 1024);
  ASSERT_TRUE(mapped.allocator.Allocate(LayoutOf(8)));
  auto* const tags = static_cast<unsigned char*>(mapped.map.at(0));
  for (std::size_t i = 0; i < mapped.map.bytes(); ++i) {
    if (tags[i] == UsedTag(3)) tags[i] ^= 0x40;
  }
  EXPECT_NE(mapped.allocator.Audit(), nullptr);
}

}  // namespace
}  // namespace lockstep::map_tags_test
