#include "models/shadow/gaps.h"

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "gtest/gtest.h"
#include "models/system/region.h"

namespace lockstep::suite {
namespace {

// By looking everywhere.
bool Holds(std::initializer_list<Region> gaps, std::uint64_t span) {
  for (const Region gap : gaps) {
    for (std::uint64_t start = 0; start + span <= gap.end; start += span) {
      if (start >= gap.start) return true;
    }
  }
  return false;
}

TEST(Gaps, HoldWhatASearchFindsInEverySmallGap) {
  for (std::uint64_t start = 0; start < 70; ++start) {
    for (std::uint64_t end = start; end < 140; ++end) {
      Gaps gaps;
      gaps.Add({start, end});
      for (std::uint64_t span = 1; span <= 256; span *= 2) {
        ASSERT_EQ(gaps.Hold(span), Holds({{start, end}}, span))
            << span << " in [" << start << ", " << end << ")";
      }
    }
  }
}

TEST(Gaps, HoldWhatASearchFindsInEveryPairOfThem) {
  for (std::uint64_t middle = 1; middle < 64; ++middle) {
    for (std::uint64_t bytes = 1; middle + bytes < 64; ++bytes) {
      const Region low{0, middle};
      const Region high{middle + bytes, 64};
      Gaps gaps;
      gaps.Add({0, 64});
      gaps.Remove({0, 64});
      gaps.Add(low);
      gaps.Add(high);
      for (std::uint64_t span = 1; span <= 64; span *= 2) {
        ASSERT_EQ(gaps.Hold(span), Holds({low, high}, span));
      }
    }
  }
}

TEST(Gaps, RoundWhatIsAskedForUp) {
  Gaps gaps;
  gaps.Add({64, 128});
  EXPECT_TRUE(gaps.Hold(33));
  EXPECT_TRUE(gaps.Hold(64));
  EXPECT_FALSE(gaps.Hold(65));
}

TEST(Gaps, HoldNothingWhenEmpty) {
  Gaps gaps;
  EXPECT_FALSE(gaps.Hold(1));
  gaps.Add({8, 8});
  gaps.Remove({9, 8});
  EXPECT_FALSE(gaps.Hold(1));
  gaps.Add({0, 8});
  gaps.Clear();
  EXPECT_FALSE(gaps.Hold(1));
}

TEST(Gaps, DoNotHoldMoreThanThereIs) {
  Gaps gaps;
  gaps.Add({0, 8});
  EXPECT_FALSE(gaps.Hold(std::uint64_t{1} << 63));
  EXPECT_FALSE(gaps.Hold(UINT64_MAX));
}

}  // namespace
}  // namespace lockstep::suite
