#include "models/script/twister.h"

#include <cstdint>
#include <random>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

TEST(Twister, MakesTheNumbersOfTheStandardLibrary) {
  for (const std::uint64_t seed :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{5489},
        std::uint64_t{0x123456789ABCDEF}, UINT64_MAX}) {
    std::mt19937_64 expected(seed);
    Twister random(seed);
    for (int i = 0; i < 2000; ++i) {
      ASSERT_EQ(random(), expected()) << "seed " << seed << ", number " << i;
    }
  }
}

TEST(Twister, MakesTheTenThousandthNumberOfTheStandard) {
  Twister random(5489);
  std::uint64_t number = 0;
  for (int i = 0; i < 10'000; ++i) number = random();
  EXPECT_EQ(number, 9981545732273789042u);
}

}  // namespace
}  // namespace lockstep::suite
