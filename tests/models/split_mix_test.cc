#include "models/script/split_mix.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

// As the reference implementation makes them: Vigna, splitmix64.c, 2015.
TEST(SplitMix, MakesTheNumbersThatWerePublished) {
  SplitMix random(1234567);
  EXPECT_EQ(random(), 6457827717110365317u);
  EXPECT_EQ(random(), 3203168211198807973u);
  EXPECT_EQ(random(), 9817491932198370423u);
  EXPECT_EQ(random(), 4593380528125082431u);
  EXPECT_EQ(random(), 16408922859458223821u);
}

}  // namespace
}  // namespace lockstep::suite
