#include "models/system/region.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

TEST(Region, ContainsWhatEndsWithIt) {
  const Region region{16, 32};
  EXPECT_TRUE(region.Contains(16, 16));
  EXPECT_TRUE(region.Contains(32, 0));
  EXPECT_FALSE(region.Contains(16, 17));
  EXPECT_FALSE(region.Contains(15, 1));
  EXPECT_FALSE(region.Contains(33, 0));
  EXPECT_FALSE(region.Contains(24, UINT64_MAX));
}

TEST(Region, OverlapsWhatSharesAByte) {
  const Region region{16, 32};
  EXPECT_FALSE(region.Overlaps({0, 16}));
  EXPECT_TRUE(region.Overlaps({0, 17}));
  EXPECT_TRUE(region.Overlaps({20, 21}));
  EXPECT_TRUE(region.Overlaps({31, 99}));
  EXPECT_FALSE(region.Overlaps({32, 99}));
}

TEST(Region, IsRoundedInward) {
  EXPECT_EQ(RoundInward({1, 31}, 8), (Region{8, 24}));
  EXPECT_EQ(RoundInward({8, 24}, 8), (Region{8, 24}));
  EXPECT_EQ(RoundInward({3, 5}, 1), (Region{3, 5}));
  const Region none = RoundInward({9, 15}, 8);
  EXPECT_GE(none.start, none.end);
}

TEST(RegionSet, MakesOneOfThoseThatTouch) {
  RegionSet set;
  set.Add({32, 48});
  set.Add({0, 16});
  EXPECT_FALSE(set.Contains(0, 48));
  set.Add({16, 32});
  ASSERT_EQ(set.regions().size(), 1u);
  EXPECT_EQ(set.regions()[0], (Region{0, 48}));
}

TEST(RegionSet, KeepsOthersInOrder) {
  RegionSet set;
  set.Add({32, 40});
  set.Add({0, 8});
  set.Add({16, 24});
  ASSERT_EQ(set.regions().size(), 3u);
  EXPECT_EQ(set.regions()[1], (Region{16, 24}));
  EXPECT_FALSE(set.Contains(16, 24));
}

TEST(RegionSet, KnowsWhatTouchesAndWhatOverlaps) {
  RegionSet set;
  set.Add({16, 32});
  EXPECT_TRUE(set.Touches({0, 16}));
  EXPECT_TRUE(set.Touches({32, 33}));
  EXPECT_FALSE(set.Touches({33, 34}));
  EXPECT_TRUE(set.Overlaps({31, 33}));
  EXPECT_FALSE(set.Overlaps({32, 33}));
  set.Clear();
  EXPECT_FALSE(set.Overlaps({31, 33}));
}

}  // namespace
}  // namespace lockstep::suite
