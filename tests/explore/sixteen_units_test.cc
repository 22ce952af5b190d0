// The proof for a buddy of 16 units: every set of live blocks, and every op of
// a client from each.

#include <thread>

#include "gtest/gtest.h"
#include "models/script/op.h"
#include "ports/registry.h"
#include "tests/explore/buddy_counts.h"
#include "tests/explore/explored.h"

namespace lockstep::suite {
namespace {

TEST(Explorer, ReachesEverySetOfLiveBlocksOfABuddyOf16Units) {
  const Explored explored =
      Explore(*FindPort("buddy"),
              {.units = 16, .verbs = {Verb::kAllocate, Verb::kFree}},
              {.threads = std::thread::hardware_concurrency()});
  ExpectComplete(explored);
  EXPECT_EQ(explored.progress.states, 458330u);
  EXPECT_EQ(explored.Of(Verb::kAllocate), (Tally{899689, 1391961}));
  EXPECT_EQ(explored.Of(Verb::kFree), (Tally{3592163, 0}));
  EXPECT_EQ(explored.progress.Transitions(), 5883813u);
  static_assert(StatesOfABuddy(4) == 458330);
  static_assert(ServedByABuddy(4) == 899689);
  static_assert(LiveInABuddy(4) == 3592163);
}

}  // namespace
}  // namespace lockstep::suite
