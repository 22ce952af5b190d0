// Ports that lie, explored: what is found, and by how short a script.

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "models/explore/explorer.h"
#include "models/explore/sanitizer.h"
#include "models/explore/state_key.h"
#include "models/judge/jury.h"
#include "tests/explore/explored.h"
#include "tests/explore/hiding_ports.h"
#include "tests/lying/liar.h"

namespace lockstep::suite {
namespace {

// What they do wrong needs another geometry of regions, larger blocks than so
// small a region has, or a recording or a twin.
constexpr auto kOutOfReach = std::to_array<std::string_view>(
    {"lying_accepts_all_that_is_left", "lying_accepts_nothing",
     "lying_aligns_to_a_page_at_most", "lying_calls_touching_overlapping",
     "lying_carves_from_the_top", "lying_frees_any_class", "lying_loses_4_kib",
     "lying_loses_half", "lying_loses_half_at_last",
     "lying_serves_another_half", "lying_serves_not_what_its_twin_serves",
     "lying_spoils_the_middle_byte", "lying_uses_what_was_rounded_off",
     "lying_wants_no_more", "lying_whole_doubles_without_end",
     "lying_whole_keeps_all"});

// Without snapshots, for most promise none. First what is chosen for the port,
// then sizes that are no powers of two.
Explored ExploreLiar(const lockstep_port& port) {
  const bool is_small = port.init != nullptr && port.init_granule_bytes == 0;
  AlphabetOptions options{.units = is_small ? 4u : 0u,
                          .slots = is_small ? 4u : 2u};
  const Explorer::Options how{.sameness = Sameness::kConcrete, .replays = true};
  Explored explored = Explore(port, options, how);
  if (explored.broken) return explored;
  options.sizes = {0, 13, 24};
  return Explore(port, options, how);
}

class ExploredLiar : public testing::TestWithParam<Liar> {};

TEST_P(ExploredLiar, IsFoundOutByAShortScriptUnlessOutOfReach) {
  const Liar& liar = GetParam();
  const Explored explored = ExploreLiar(liar.port);
  const bool is_out_of_reach =
      std::ranges::find(kOutOfReach, liar.port.name) != kOutOfReach.end();
  ASSERT_EQ(explored.broken.has_value(), !is_out_of_reach);
  if (is_out_of_reach) return;
  const auto& [script, violation] = *explored.broken;
  // The region is given first, needed or not.
  EXPECT_LE(script.ops.size(), liar.most_ops + 1);
  const Verdict again = Jury(liar.port, {}).Try(script);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->rule, violation.rule);
  EXPECT_EQ(again->step, violation.step);
  EXPECT_FALSE(Jury(liar.honest, {}).Try(script));
}

// Of another size class than a small block is only a larger region.
TEST(Explorer, FindsOutWhoFreesBlocksOfAnotherClassInALargerRegion) {
  const auto liars = Liars();
  const auto liar = std::ranges::find(
      liars, "lying_frees_any_class",
      [](const Liar& one) { return std::string_view(one.port.name); });
  ASSERT_NE(liar, liars.end());
  const Explored explored =
      Explore(liar->port, {.units = 64}, {.replays = true});
  ASSERT_EQ(explored.ending, Explorer::Ending::kViolated);
  EXPECT_EQ(explored.broken->violation.rule, "detected");
}

// What changes sizes is tried where it is named, and so is the misuse of it.
TEST(Explorer, FindsOutWhoChangesSizesWithAnyLayout) {
  struct Case {
    std::string_view liar;
    Verb verb;
    std::string_view rule;
  };
  constexpr auto kCases = std::to_array<Case>(
      {{"lying_reallocates_any_layout", Verb::kReallocateOtherLayout,
        "detected"},
       {"lying_resizes_any_layout", Verb::kResizeOtherLayout, "detected"},
       {"lying_writes_before_it_refuses", Verb::kReallocateOtherLayout,
        "contents"},
       {"lying_counts_before_it_refuses", Verb::kResizeOtherLayout,
        "conserved"}});
  const auto liars = Liars();
  for (const auto& [name, verb, rule] : kCases) {
    SCOPED_TRACE(name);
    const auto liar = std::ranges::find(liars, name, [](const Liar& one) {
      return std::string_view(one.port.name);
    });
    ASSERT_NE(liar, liars.end());
    const AlphabetOptions options{
        .units = 4, .verbs = {Verb::kAllocate, Verb::kFree, verb}};
    const Explored explored = Explore(liar->port, options, {.replays = true});
    ASSERT_EQ(explored.ending, Explorer::Ending::kViolated);
    EXPECT_EQ(explored.broken->violation.rule, rule);
    EXPECT_EQ(explored.broken->script.ops.back().verb, verb);
    ExpectComplete(Explore(liar->honest, options, {.replays = true}));
    ExpectComplete(Explore(liar->port, {.units = 4}, {.replays = true}));
  }
}

TEST_P(ExploredLiar, HasAnHonestTwin) {
  ExpectComplete(ExploreLiar(GetParam().honest));
}

// Those with memory of their own have too much of it to explore, and the verbs of
// the whole interface are not explored.
std::vector<Liar> LiarsThatAreGivenMemory() {
  std::vector<Liar> liars = Liars();
  std::erase_if(liars, [](const Liar& liar) {
    return (liar.port.capabilities & LOCKSTEP_OWN_MEMORY) != 0 ||
           liar.port.reallocate != nullptr;
  });
  return liars;
}

INSTANTIATE_TEST_SUITE_P(All, ExploredLiar,
                         testing::ValuesIn(LiarsThatAreGivenMemory()),
                         [](const auto& test) -> std::string {
                           return test.param.port.name;
                         });

// It is judged by what its models remember, which is not what it remembers.
TEST(Explorer, FindsOutWhoKeepsStateElsewhereThanItPromised) {
  if (kHasAddressSanitizer) GTEST_SKIP() << "there are no snapshots";
  const lockstep_port port = HidingPort();
  for (const unsigned threads : {1u, 2u}) {
    const Explored explored = Explore(port, {.units = 8}, {.threads = threads});
    ASSERT_EQ(explored.ending, Explorer::Ending::kViolated);
    EXPECT_FALSE(Jury(port, {}).Try(explored.broken->script));
  }
}

// It is found at the op that did it, though that changed no byte of the port's.
TEST(Explorer, SeesWhatARefusedOpWroteElsewhere) {
  const lockstep_port port = ScribblingPort();
  for (const bool replays : {false, true}) {
    const Explored explored = Explore(port, {.units = 4}, {.replays = replays});
    ASSERT_EQ(explored.ending, Explorer::Ending::kViolated);
    EXPECT_EQ(explored.broken->violation.rule, "outside");
    const Verdict again = Jury(port, {}).Try(explored.broken->script);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->rule, "outside");
  }
}

TEST(Explorer, TakesScriptsThatAreRunAgainForWhatTheyAre) {
  ExpectComplete(Explore(HidingPort(), {.units = 8}, {.replays = true}));
}

// A count changes no outcome until it is reached, so that states which differ
// in it alone are the same to any client but the bytes.
TEST(Explorer, SeesWhatNoClientSeesOnlyByBytes) {
  const lockstep_port port = TiringPort();
  const auto by = [&](Sameness sameness) {
    return Explore(port, {.units = 4}, {.sameness = sameness});
  };
  ExpectComplete(by(Sameness::kAbstract));
  const Explored explored = by(Sameness::kBytes);
  ASSERT_EQ(explored.ending, Explorer::Ending::kViolated);
  EXPECT_EQ(explored.broken->violation.rule, "refusal");
  EXPECT_TRUE(Jury(port, {}).Try(explored.broken->script));
}

}  // namespace
}  // namespace lockstep::suite
