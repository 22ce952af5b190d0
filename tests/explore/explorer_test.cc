// How many states there are: proofs for the smallest systems, by number.

#include "models/explore/explorer.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/explore/alphabet.h"
#include "models/explore/sanitizer.h"
#include "models/explore/state_key.h"
#include "models/script/op.h"
#include "ports/registry.h"
#include "tests/explore/buddy_counts.h"
#include "tests/explore/explored.h"

namespace lockstep::suite {
namespace {

const lockstep_port& Port(std::string_view name) { return *FindPort(name); }

AlphabetOptions Units(std::uint64_t units) { return {.units = units}; }

TEST(Explorer, ReachesEverySetOfLiveBlocksOfABuddy) {
  for (unsigned order = 0; order <= 3; ++order) {
    const Explored explored =
        Explore(Port("buddy"), Units(std::uint64_t{1} << order), {});
    ExpectComplete(explored);
    const std::uint64_t states = StatesOfABuddy(order);
    const std::uint64_t served = ServedByABuddy(order);
    EXPECT_EQ(explored.progress.states, states);
    EXPECT_EQ(explored.Of(Verb::kAllocate),
              (Tally{served, (order + 1) * states - served}));
    EXPECT_EQ(explored.Of(Verb::kFree), (Tally{LiveInABuddy(order), 0}));
  }
}

TEST(Explorer, ReachesEveryOrderOfTheFreeListsOfABuddy) {
  constexpr std::uint64_t kStates[] = {2, 5, 30, 1829};
  constexpr std::uint64_t kServed[] = {1, 4, 35, 2610};
  constexpr std::uint64_t kRefused[] = {1, 6, 55, 4706};
  constexpr std::uint64_t kFreed[] = {1, 5, 59, 7125};
  for (unsigned order = 0; order <= 3; ++order) {
    const Explored explored =
        Explore(Port("buddy"), Units(std::uint64_t{1} << order),
                {.sameness = Sameness::kConcrete});
    ExpectComplete(explored);
    EXPECT_EQ(explored.progress.states, kStates[order]);
    EXPECT_EQ(explored.Of(Verb::kAllocate),
              (Tally{kServed[order], kRefused[order]}));
    EXPECT_EQ(explored.Of(Verb::kFree), (Tally{kFreed[order], 0}));
  }
}

TEST(Explorer, ReachesEveryStateOfTheBytesOfABuddy) {
  // Without snapshots, of 8 it takes minutes.
  constexpr bool kIsSlow = kHasAddressSanitizer;
  const Explored explored = Explore(Port("buddy"), Units(kIsSlow ? 4 : 8),
                                    {.sameness = Sameness::kBytes});
  ExpectComplete(explored);
  EXPECT_EQ(explored.progress.states, kIsSlow ? 48u : 21843u);
}

TEST(Explorer, ReachesAsManyStatesBehindTheFacade) {
  const Explored explored =
      Explore(Port("buddy_byte"), Units(8), {.sameness = Sameness::kConcrete});
  ExpectComplete(explored);
  // And the one before init.
  EXPECT_EQ(explored.progress.states, 1829u + 1);
}

TEST(Explorer, ReachesEveryPairOfStatesOfTwoLargestBlocks) {
  // 32 bytes: two blocks of 4 units, each of 26 states, whatever the other is
  // in; on a 32-bit machine the one block of 8 units.
  const Explored explored = Explore(Port("buddy_6"), Units(8), {});
  ExpectComplete(explored);
  EXPECT_EQ(explored.progress.states, sizeof(void*) == 8 ? 26u * 26 : 677u);
}

TEST(Explorer, TriesAllMisuseThatIsDetected) {
  const Explored buddy = Explore(Port("buddy"), Units(8), {});
  const std::uint64_t frees = buddy.Of(Verb::kFree).done;
  const std::uint64_t states = buddy.progress.states;
  EXPECT_EQ(buddy.Of(Verb::kFreeAgain), (Tally{0, frees}));
  EXPECT_EQ(buddy.Of(Verb::kFreeOtherLayout), (Tally{0, 2 * frees}));
  EXPECT_GT(buddy.Of(Verb::kFreeInside).refused, frees);
  EXPECT_EQ(buddy.Of(Verb::kFreeNull), (Tally{0, states}));
  EXPECT_EQ(buddy.Of(Verb::kFreeForeign), (Tally{0, states}));
  EXPECT_EQ(buddy.Of(Verb::kInit), (Tally{0, states}));
  EXPECT_EQ(buddy.Of(Verb::kAdd), (Tally{0, states}));
}

TEST(Explorer, TriesToChangeSizesWithOtherLayoutsWhereThatIsNamed) {
  const Explored buddy = Explore(
      Port("buddy"),
      {.units = 8,
       .verbs = {Verb::kAllocate, Verb::kFree, Verb::kResize,
                 Verb::kReallocateOtherLayout, Verb::kResizeOtherLayout}},
      {});
  ExpectComplete(buddy);
  const std::uint64_t frees = buddy.Of(Verb::kFree).done;
  EXPECT_EQ(buddy.Of(Verb::kReallocateOtherLayout), (Tally{0, 2 * frees}));
  EXPECT_EQ(buddy.Of(Verb::kResizeOtherLayout), (Tally{0, 2 * frees}));
}

struct Count {
  std::string_view system;
  std::uint32_t slots;
  Sameness sameness;
  std::uint64_t states;
  std::uint64_t transitions;
};

class Small : public testing::TestWithParam<Count> {};

TEST_P(Small, HasSoManyStates) {
  const Count& count = GetParam();
  const Explored explored = Explore(Port(count.system), {.slots = count.slots},
                                    {.sameness = count.sameness});
  ExpectComplete(explored);
  EXPECT_EQ(explored.progress.states, count.states);
  EXPECT_EQ(explored.progress.Transitions(), count.transitions);
}

INSTANTIATE_TEST_SUITE_P(
    Systems, Small,
    testing::Values(Count{"slab", 3, Sameness::kAbstract, 8, 137},
                    Count{"slab", 3, Sameness::kConcrete, 17, 221},
                    Count{"slab", 3, Sameness::kBytes, 17, 221},
                    Count{"heap", 2, Sameness::kConcrete, 99, 1817},
                    Count{"heap", 2, Sameness::kBytes, 99, 1817},
                    Count{"heap", 3, Sameness::kAbstract, 160, 3986},
                    Count{"heap", 3, Sameness::kConcrete, 663, 15130},
                    Count{"slab_byte", 3, Sameness::kAbstract, 160, 3506},
                    Count{"buddy_byte", 9, Sameness::kAbstract, 678, 19262},
                    Count{"slab_byte", 3, Sameness::kConcrete, 663, 13141},
                    Count{"slab_cache", 3, Sameness::kConcrete, 1368, 16304},
                    Count{"slab_cache_3", 4, Sameness::kConcrete, 6008, 79448},
                    Count{"slab_cache_3", 5, Sameness::kAbstract, 7200,
                          108200}),
    [](const auto& test) {
      return std::string(test.param.system) + "_" + std::to_string(test.index);
    });

TEST(Explorer, MakesTheProviderFailInEveryState) {
  const Explored cache = Explore(Port("slab_cache_3"), {.slots = 4},
                                 {.sameness = Sameness::kConcrete});
  const std::uint64_t states = cache.progress.states;
  for (const Verb verb : {Verb::kRefuse, Verb::kMisalign, Verb::kKeep}) {
    EXPECT_EQ(cache.Of(verb), (Tally{states, 0}));
  }
  for (const Verb verb : {Verb::kAllocate, Verb::kAttach, Verb::kFreeAgain,
                          Verb::kFreeInside, Verb::kFreeForeign}) {
    EXPECT_GT(cache.Of(verb).refused, 0u) << InfoOf(verb).word;
  }
}

TEST(Explorer, FindsTheSameOnAnyNumberOfThreads) {
  for (const char* system : {"buddy", "heap", "slab_cache_3"}) {
    const auto on = [&](unsigned threads) {
      return Explore(Port(system), {},
                     {.sameness = Sameness::kConcrete, .threads = threads});
    };
    const Explored alone = on(1);
    for (const unsigned threads : {2u, 5u}) {
      const Explored together = on(threads);
      ExpectComplete(together);
      EXPECT_EQ(together.progress.states, alone.progress.states);
      EXPECT_EQ(together.progress.depth, alone.progress.depth);
      EXPECT_EQ(together.progress.tallies, alone.progress.tallies);
    }
  }
}

TEST(Explorer, FindsTheSameWhenItGoesBackByReplay) {
  for (const char* system : {"buddy", "slab", "slab_cache_3"}) {
    const auto by = [&](bool replays) {
      return Explore(Port(system), {},
                     {.sameness = Sameness::kConcrete, .replays = replays});
    };
    const Explored replayed = by(true);
    ExpectComplete(replayed);
    EXPECT_EQ(replayed.progress.states, by(false).progress.states);
    EXPECT_EQ(replayed.progress.tallies, by(false).progress.tallies);
  }
}

TEST(Explorer, EndsAtItsLimits) {
  const AlphabetOptions options = {.units = 16,
                                   .verbs = {Verb::kAllocate, Verb::kFree}};
  const Explored few = Explore(Port("buddy"), options, {.most_states = 1000});
  EXPECT_EQ(few.ending, Explorer::Ending::kMostStates);
  EXPECT_GE(few.progress.states, 1000u);
  EXPECT_LT(few.progress.states, 3000u);
  constexpr std::uint64_t kMost = 36u << 20;
  const Explored little =
      Explore(Port("buddy"), options,
              {.sameness = Sameness::kConcrete, .most_bytes = kMost});
  EXPECT_EQ(little.ending, Explorer::Ending::kMostBytes);
  EXPECT_GT(little.progress.states, 1000u);
  EXPECT_LE(little.progress.bytes, kMost);
}

TEST(Explorer, StopsWhenItIsTold) {
  const auto alphabet = MakeAlphabet(Port("buddy"), Units(8));
  ASSERT_TRUE(alphabet);
  Explorer explorer(Port("buddy"), *alphabet, {});
  const auto ending =
      explorer.Run([](const Explorer::Progress& now) { return now.depth < 2; });
  EXPECT_EQ(ending, Explorer::Ending::kStopped);
  EXPECT_EQ(explorer.progress().depth, 2u);
}

}  // namespace
}  // namespace lockstep::suite
