// Statistics, while others are at work and at rest; and the provider's ledger.

#include "models/threads/at_rest.h"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/threads/any_order.h"
#include "tests/threads/told.h"

namespace lockstep::suite::at_rest_test {
namespace {

constexpr std::uint64_t kBytes = 1024;
constexpr std::array<Region, 1> kRegions = {Region{0, kBytes}};

std::string RuleOf(const lockstep_port& port, const Told& told) {
  const Scene scene{
      .port = port, .arena = {kBytes, kBytes}, .regions = kRegions};
  return suite::RuleOf(JudgeHistory(scene, told.history()));
}

Statistics Used(std::uint64_t bytes) {
  return {kBytes, bytes, kBytes - bytes, {}};
}

TEST(Counted, AtLeastWhatIsSurelyLive) {
  const lockstep_port port = PortOfRegions();
  const auto tell = [](std::uint64_t used, Span when) {
    Told told;
    told.Alloc(1, 0, 64, 0, {1, 2});
    told.Alloc(1, 1, 64, 64, {3, 6});
    told.Statistics(2, Used(used), when);
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell(64, {4, 5})), "");
  EXPECT_EQ(RuleOf(port, tell(63, {4, 5})), "conserved");
  EXPECT_EQ(RuleOf(port, tell(127, {7, 8})), "conserved");
  EXPECT_EQ(RuleOf(port, tell(128, {7, 8})), "");
}

TEST(Counted, SumsAreJudgedWhereNothingOverlaps) {
  const lockstep_port port = PortOfRegions();
  const auto tell = [](Span when) {
    Told told;
    told.Alloc(1, 0, 64, 0, {1, 3});
    told.Statistics(2, {kBytes, 64, kBytes, {}}, when);
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell({2, 4})), "");
  EXPECT_EQ(RuleOf(port, tell({4, 5})), "conserved");
}

TEST(Counted, NoMoreThanTheTotalWhateverOverlaps) {
  const lockstep_port port = PortOfRegions();
  const auto tell = [](std::uint64_t used, std::uint64_t available) {
    Told told;
    told.Alloc(1, 0, 64, 0, {1, 3});
    told.Statistics(2, {kBytes, used, available, {}}, {2, 4});
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell(kBytes, kBytes)), "");
  EXPECT_EQ(RuleOf(port, tell(kBytes + 1, 0)), "conserved");
  EXPECT_EQ(RuleOf(port, tell(64, UINT64_MAX)), "conserved");
}

TEST(Counted, RequestedIsExactWhereNothingOverlaps) {
  const lockstep_port port = PortOfRegions(LOCKSTEP_COUNTS_REQUESTED);
  const auto tell = [](std::uint64_t requested) {
    Told told;
    told.Alloc(1, 0, 60, 0, {1, 2});
    Statistics statistics = Used(64);
    statistics.requested = requested;
    told.Statistics(0, statistics, {3, 4});
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell(60)), "");
  EXPECT_EQ(RuleOf(port, tell(64)), "conserved");
}

TEST(Counted, AFootprintIsAtLeastWhatIsSurelyLive) {
  lockstep_port port = PortOfRegions(LOCKSTEP_OWN_MEMORY);
  Told told;
  told.Alloc(1, 0, 64, 64, {1, 2});
  Event& event = told.Do({.verb = Verb::kFootprint, .thread = 2}, {3, 4});
  event.outcome.number = 64;
  EXPECT_EQ(RuleOf(port, told), "");
  event.outcome.number = 63;
  EXPECT_EQ(RuleOf(port, told), "conserved");
}

// As the shadow has it.
TEST(Counted, OpsThatAreAloneAreFollowed) {
  const lockstep_port port = PortOfRegions();
  const auto tell = [](std::uint64_t used) {
    Told told;
    told.Statistics(0, Used(0), {1, 2});
    Event& event = told.Alloc(0, 0, 64, 0, {3, 4});
    event.has_statistics = true;
    event.outcome.statistics = Used(64);
    told.Statistics(0, Used(used), {5, 6});
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell(64)), "");
  EXPECT_EQ(RuleOf(port, tell(65)), "unchanged");
}

TEST(Counted, WithoutAHandleThereAreZeros) {
  const lockstep_port port = PortThatPulls();
  Told told;
  told.Statistics(0, {}, {1, 2});
  told.Do({.verb = Verb::kAttach, .slot = 1}, {3, 4}).provider_calls = {
      Taken(0, 64)};
  told.Statistics(0, {64, 0, 64, {}}, {5, 6});
  EXPECT_EQ(RuleOf(port, told), "");
  told.Do({.verb = Verb::kDetach, .slot = 1}, {7, 8}).provider_calls = {
      GivenBack(0, 64)};
  told.Statistics(0, {64, 0, 64, {}}, {9, 10});
  EXPECT_EQ(RuleOf(port, told), "conserved");
}

TEST(AtRest, StatisticsConserve) {
  const lockstep_port port = PortOfRegions();
  const auto rule = [&](const Statistics& statistics) {
    const Rest rest{.live_blocks = 1, .live_bytes = 64};
    return suite::RuleOf(JudgeStatisticsAtRest(port, rest, statistics));
  };
  EXPECT_EQ(rule(Used(64)), "");
  EXPECT_EQ(rule(Used(63)), "conserved");
  EXPECT_EQ(rule({kBytes, 64, kBytes, {}}), "conserved");
  EXPECT_EQ(rule({kBytes, 64, kBytes - 64, 64}), "");
  EXPECT_EQ(rule({kBytes, 64, kBytes - 64, 63}), "conserved");
}

TEST(AtRest, OfSeveralInstancesOnlyTheSumIsJudged) {
  const lockstep_port port = PortOfRegions();
  const Rest rest{.live_blocks = 1, .live_bytes = 64, .is_apart = true};
  EXPECT_FALSE(JudgeStatisticsAtRest(port, rest, Used(0)));
  EXPECT_TRUE(JudgeStatisticsAtRest(port, rest, {kBytes, 0, 0, {}}));
}

TEST(AtRest, TheLedgerIsEven) {
  const lockstep_port port = PortThatPulls();
  const auto rule = [&](const std::vector<ProviderCall>& calls,
                        std::uint64_t live, bool has_handle) {
    const Rest rest{.live_blocks = live, .has_handle = has_handle};
    return suite::RuleOf(JudgeLedgerAtRest(port, rest, calls));
  };
  const std::vector<ProviderCall> left = {Taken(0, 64)};
  EXPECT_EQ(rule(left, 0, true), "");
  EXPECT_EQ(rule(left, 1, false), "");
  EXPECT_EQ(rule(left, 0, false), "ledger");
  EXPECT_EQ(rule({Taken(0, 64), GivenBack(0, 64)}, 0, false), "");
  EXPECT_EQ(rule({Taken(0, 64), GivenBack(0, 32)}, 0, true), "ledger");
  EXPECT_EQ(rule({Taken(0, 64), GivenBack(0, 64), GivenBack(0, 64)}, 0, true),
            "ledger");
}

TEST(AtRest, ATrimReturnsAllButTheReserve) {
  lockstep_port port = PortThatPulls(LOCKSTEP_TRIM_RETURNS);
  port.reserve_bytes = 64;
  Rest rest{.has_handle = true};
  const std::vector<ProviderCall> calls = {Taken(0, 64), Taken(64, 8)};
  EXPECT_FALSE(JudgeLedgerAtRest(port, rest, calls));
  rest.is_trimmed = true;
  EXPECT_TRUE(JudgeLedgerAtRest(port, rest, calls));
  port.reserve_bytes = 72;
  EXPECT_FALSE(JudgeLedgerAtRest(port, rest, calls));
}

TEST(AtRest, TheLargestRequestFitsAgain) {
  const lockstep_port port = PortOfRegions(LOCKSTEP_RESTORES);
  EXPECT_FALSE(JudgeRestored(port, {}, 64, Status::kOk));
  EXPECT_TRUE(JudgeRestored(port, {}, 64, Status::kNoMemory));
  EXPECT_FALSE(JudgeRestored(port, {}, 0, Status::kNoMemory));
  EXPECT_FALSE(JudgeRestored(PortOfRegions(), {}, 64, Status::kNoMemory));
  const Rest rest{.live_blocks = 1};
  EXPECT_FALSE(JudgeRestored(port, rest, 64, Status::kNoMemory));
}

}  // namespace
}  // namespace lockstep::suite::at_rest_test
