#include <string_view>

#include "gtest/gtest.h"
#include "ports/registry.h"
#include "tests/lying/liar.h"

namespace lockstep::suite {
namespace {

TEST(LyingPorts, CanBeFoundByNameWhereTheyAreLinkedIn) {
  for (const Liar& liar : Liars()) {
    EXPECT_EQ(FindPort(liar.port.name), &liar.port) << liar.port.name;
    EXPECT_TRUE(std::string_view(liar.port.name).starts_with("lying_"));
  }
}

}  // namespace
}  // namespace lockstep::suite
