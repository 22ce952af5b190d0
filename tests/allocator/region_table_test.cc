#include "allocator/bytes/region_table.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "gtest/gtest.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep {

static bool operator==(Span one, Span other) {
  return one.start == other.start && one.end == other.end;
}

static void PrintTo(Span span, std::ostream* out) {
  *out << '[' << span.start << ", " << span.end << ')';
}

namespace region_table_test {
namespace {

using Spans = std::vector<Span>;

Spans Listed(const RegionTable& table) {
  return {table.regions().begin(), table.regions().end()};
}

RegionTable TableOf(const Spans& spans) {
  RegionTable table;
  for (const Span span : spans) EXPECT_TRUE(table.Add(span));
  return table;
}

// Regions [100, 110), [200, 210), ...
RegionTable FullTable() {
  RegionTable table;
  for (Address i = 1; i <= RegionTable::kMaxRegions; ++i) {
    EXPECT_TRUE(table.Add({100 * i, 100 * i + 10}));
  }
  return table;
}

TEST(RegionTable, StartsEmpty) {
  constexpr RegionTable table;
  EXPECT_TRUE(table.regions().empty());
  EXPECT_FALSE(table.Contains({8, 16}));
  EXPECT_EQ(table.Audit(), nullptr);
}

TEST(RegionTable, SortsWhatIsAddedInAnyOrder) {
  Spans spans{{10, 20}, {30, 40}, {50, 60}, {70, 80}};
  const Spans sorted = spans;
  do {
    const RegionTable table = TableOf(spans);
    EXPECT_EQ(Listed(table), sorted);
    EXPECT_EQ(table.Audit(), nullptr);
  } while (std::ranges::next_permutation(spans, {}, &Span::start).found);
}

TEST(RegionTable, MakesOneOfSpansThatTouchAbove) {
  EXPECT_EQ(Listed(TableOf({{10, 20}, {20, 30}})), (Spans{{10, 30}}));
}

TEST(RegionTable, MakesOneOfSpansThatTouchBelow) {
  EXPECT_EQ(Listed(TableOf({{20, 30}, {10, 20}})), (Spans{{10, 30}}));
}

TEST(RegionTable, ClosesTheGapWithASpanThatTouchesOnBothSides) {
  const RegionTable table =
      TableOf({{1, 2}, {10, 20}, {30, 40}, {50, 60}, {70, 80}, {20, 30}});
  EXPECT_EQ(Listed(table), (Spans{{1, 2}, {10, 40}, {50, 60}, {70, 80}}));
  EXPECT_EQ(table.Audit(), nullptr);
}

TEST(RegionTable, RefusesAnOverlapOfAnyKind) {
  const RegionTable before = TableOf({{10, 20}, {30, 40}});
  const Spans overlaps{{10, 20}, {5, 11},  {19, 25}, {12, 18}, {5, 25},
                       {10, 11}, {19, 20}, {5, 100}, {15, 35}, {20, 31},
                       {19, 30}, {39, 50}, {35, 36}, {1, 31}};
  for (const Span span : overlaps) {
    RegionTable table = before;
    EXPECT_EQ(table.Add(span), kMemoryOverlap) << span.start;
    EXPECT_EQ(Listed(table), Listed(before)) << span.start;
  }
}

TEST(RegionTable, ContainsWhatLiesWithinOneRegion) {
  const RegionTable table = TableOf({{10, 20}, {30, 40}});
  EXPECT_TRUE(table.Contains({10, 20}));
  EXPECT_TRUE(table.Contains({15, 16}));
  EXPECT_TRUE(table.Contains({39, 40}));
  EXPECT_FALSE(table.Contains({9, 11}));
  EXPECT_FALSE(table.Contains({19, 21}));
  EXPECT_FALSE(table.Contains({20, 30}));
  EXPECT_FALSE(table.Contains({15, 35}));
}

TEST(RegionTable, ContainsWhatCrossesASeam) {
  EXPECT_TRUE(TableOf({{10, 20}, {20, 30}}).Contains({15, 25}));
}

TEST(RegionTable, HoldsSixteen) {
  RegionTable table;
  for (Address i = 1; i <= 16; ++i) {
    ASSERT_TRUE(table.Add({100 * i, 100 * i + 10}));
  }
  EXPECT_EQ(table.Add({1700, 1710}), kNoMemory);
}

TEST(RegionTable, RefusesOneMoreWhenItIsFull) {
  RegionTable table = FullTable();
  const Spans before = Listed(table);
  for (const Span span : {Span{1, 2}, Span{150, 160}, Span{5000, 5010}}) {
    EXPECT_EQ(table.Add(span), kNoMemory);
    EXPECT_EQ(Listed(table), before);
  }
  EXPECT_EQ(table.Add({105, 120}), kMemoryOverlap);
}

TEST(RegionTable, TakesASpanThatTouchesOneThoughItIsFull) {
  RegionTable table = FullTable();
  ASSERT_TRUE(table.Add({110, 120}));
  EXPECT_EQ(table.regions().size(), RegionTable::kMaxRegions);
  EXPECT_EQ(table.regions()[0], (Span{100, 120}));
}

TEST(RegionTable, HasRoomForOneMoreAfterAGapWasClosed) {
  RegionTable table = FullTable();
  ASSERT_TRUE(table.Add({110, 200}));
  EXPECT_EQ(table.regions().size(), RegionTable::kMaxRegions - 1);
  EXPECT_TRUE(table.Add({5000, 5010}));
  EXPECT_EQ(table.Add({6000, 6010}), kNoMemory);
  EXPECT_EQ(table.Audit(), nullptr);
}

TEST(RegionTableAudit, NamesACountThatIsTooLarge) {
  RegionTable table = TableOf({{10, 20}, {30, 40}});
  ASSERT_EQ(ReplaceWord(table, 2, RegionTable::kMaxRegions + 1), 1u);
  EXPECT_STREQ(table.Audit(), "regions.counted");
}

TEST(RegionTableAudit, NamesRegionsThatDoNotRise) {
  const RegionTable sound = TableOf({{10, 20}, {30, 40}});
  struct Corruption {
    Word from, to;
  };
  for (const auto [from, to] :
       {Corruption{10, 0}, Corruption{30, 20}, Corruption{30, 15},
        Corruption{40, 30}, Corruption{20, 10}, Corruption{20, 5}}) {
    RegionTable table = sound;
    ASSERT_EQ(ReplaceWord(table, from, to), 1u);
    EXPECT_STREQ(table.Audit(), "regions.rising") << from << "->" << to;
  }
}

}  // namespace
}  // namespace region_table_test
}  // namespace lockstep
