// Histories of systems with a specification, with an order and without.

#include "models/threads/linearise.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/threads/any_order.h"
#include "tests/threads/told.h"

namespace lockstep::suite::linearise_test {
namespace {

constexpr std::uint64_t kBytes = 1024;

lockstep_port Buddy() {
  lockstep_port port = PortOfRegions(LOCKSTEP_COUNTS_REQUESTED);
  port.placement = "buddy";
  port.statistics = [](const void*, lockstep_statistics*) {};
  return port;
}

Linearised Try(const lockstep_port& port, const Told& told,
               const std::optional<Statistics>& at_rest = {}) {
  const Scene scene{.port = port, .arena = {kBytes, kBytes}};
  return Linearise(scene, told.history(), at_rest);
}

std::string RuleOf(const Linearised& linearised) {
  EXPECT_EQ(linearised.why_not, "");
  return suite::RuleOf(linearised.verdict);
}

// Of 1024 bytes, the lower half is served first.
Told AfterInit() {
  Told told;
  told.Init(0, kBytes, {1, 2});
  return told;
}

TEST(Linearise, EitherOfTwoMayComeFirst) {
  for (const bool swapped : {false, true}) {
    Told told = AfterInit();
    told.Alloc(1, 0, 64, swapped ? 64 : 0, {3, 5});
    told.Alloc(2, 1, 64, swapped ? 0 : 64, {4, 6});
    EXPECT_EQ(RuleOf(Try(Buddy(), told)), "");
  }
}

TEST(Linearise, WhatEndedBeforeAnotherBeganCameFirst) {
  Told told = AfterInit();
  told.Alloc(1, 0, 64, 64, {3, 4});
  told.Alloc(2, 1, 64, 0, {5, 6});
  // Nothing overlaps: one thread would have done.
  EXPECT_EQ(RuleOf(Try(Buddy(), told)), "placement");
}

TEST(Linearise, TwoCannotHaveTheSame) {
  Told told = AfterInit();
  told.Alloc(1, 0, 64, 0, {3, 5});
  told.Alloc(2, 1, 64, 0, {4, 6});
  const Linearised linearised = Try(Buddy(), told);
  EXPECT_EQ(RuleOf(linearised), "order");
  EXPECT_EQ(linearised.verdict->came,
            "no order of these 2 operations gives these outcomes: "
            "t1 alloc b0 size=64 align=1 -> 0; t2 alloc b1 size=64 align=1 -> "
            "0. The longest that does: t1 alloc b0 size=64 align=1 -> 0. After "
            "it, t2 alloc b1 size=64 align=1 -> 64 would be right");
  EXPECT_EQ(linearised.verdict->step, 2u);
}

// A block that is freed is served again only by who comes after the free.
TEST(Linearise, AFreeInBetween) {
  const auto tell = [](Span alloc) {
    Told told = AfterInit();
    told.Alloc(0, 0, 1024, 0, {3, 4});
    told.Free(1, 0, {10, 20});
    told.Alloc(2, 1, 1024, 0, alloc);
    told.Do({.verb = Verb::kFootprint, .thread = 3}, {5, 30});
    return told;
  };
  EXPECT_EQ(RuleOf(Try(Buddy(), tell({15, 16}))), "");
  EXPECT_EQ(RuleOf(Try(Buddy(), tell({8, 9}))), "order");
}

TEST(Linearise, ARefusalNeedsAReason) {
  const auto tell = [](Span refusal) {
    Told told = AfterInit();
    told.Alloc(1, 0, 1024, 0, {10, 20});
    told.Refuse(2, 1, 64, refusal);
    told.Do({.verb = Verb::kFootprint, .thread = 3}, {5, 30});
    return told;
  };
  EXPECT_EQ(RuleOf(Try(Buddy(), tell({15, 16}))), "");
  EXPECT_EQ(RuleOf(Try(Buddy(), tell({6, 7}))), "order");
}

TEST(Linearise, WhatAnOrderLeftIsWhatComesAfterwards) {
  const auto tell = [](std::uint64_t third) {
    Told told = AfterInit();
    told.Alloc(1, 0, 64, 0, {3, 5});
    told.Alloc(2, 1, 64, 64, {4, 6});
    told.Free(1, 0, {7, 9});
    told.Free(2, 1, {8, 10});
    told.Alloc(0, 2, 64, third, {11, 12});
    return told;
  };
  // The frees merge: whichever came first, the lowest is served.
  EXPECT_EQ(RuleOf(Try(Buddy(), tell(0))), "");
  EXPECT_EQ(RuleOf(Try(Buddy(), tell(64))), "order");
}

// Two that do not merge: the one that was freed last is served first.
TEST(Linearise, SeveralStatesAreFollowed) {
  const auto tell = [](std::uint64_t third, std::uint64_t fourth) {
    Told told = AfterInit();
    told.Alloc(0, 0, 512, 0, {3, 4});
    told.Alloc(0, 1, 256, 512, {5, 6});
    told.Alloc(0, 2, 128, 768, {7, 8});
    told.Alloc(0, 3, 128, 896, {9, 10});
    told.Free(1, 1, {11, 13});
    told.Free(2, 3, {12, 14});
    told.Free(0, 2, {15, 16});
    told.Alloc(0, 4, 256, third, {17, 18});
    told.Alloc(0, 5, 256, fourth, {19, 20});
    return told;
  };
  EXPECT_EQ(RuleOf(Try(Buddy(), tell(512, 768))), "");
  EXPECT_EQ(RuleOf(Try(Buddy(), tell(512, 512))), "order");
}

TEST(Linearise, StatisticsAtRestAreThoseOfAnOrder) {
  Told told = AfterInit();
  told.Alloc(1, 0, 64, 0, {3, 5});
  told.Alloc(2, 1, 60, 64, {4, 6});
  const Statistics right{1024, 128, 896, 124};
  EXPECT_EQ(RuleOf(Try(Buddy(), told, right)), "");
  Statistics wrong = right;
  wrong.requested = 64;
  EXPECT_EQ(RuleOf(Try(Buddy(), told, wrong)), "order");
}

// It cannot grow where it is: it is placed elsewhere, and then freed. Another may
// see what is in between.
TEST(Linearise, ABlockThatMovesIsThereTwice) {
  const auto tell = [] {
    Told told = AfterInit();
    told.Alloc(0, 0, 256, 0, {3, 4});
    told.Alloc(0, 1, 256, 256, {5, 6});
    told.Change(Verb::kReallocate, 1, 0, 512, 512, {10, 20});
    return told;
  };
  Told served = tell();
  served.Alloc(2, 2, 256, 0, {11, 12});
  EXPECT_EQ(RuleOf(Try(Buddy(), served)), "");
  Told refused = tell();
  refused.Refuse(2, 2, 256, {11, 12});
  EXPECT_EQ(RuleOf(Try(Buddy(), refused)), "");
  refused.Refuse(2, 2, 256, {21, 22});
  EXPECT_EQ(RuleOf(Try(Buddy(), refused)), "order");
  Told in_its_way = tell();
  in_its_way.Alloc(2, 2, 256, 768, {11, 12});
  EXPECT_EQ(RuleOf(Try(Buddy(), in_its_way)), "order");
}

// The memory of Lowe: of twelve that are alike nearly all orders come to the same.
TEST(Linearise, RemembersWhatItHasSeen) {
  Told told = AfterInit();
  for (std::uint32_t i = 0; i < 12; ++i) {
    told.Alloc(static_cast<std::uint8_t>(i % 8 + 1), i, 64, 64 * i,
               {10 + i, 100 + i});
  }
  const Linearised linearised = Try(Buddy(), told);
  EXPECT_EQ(RuleOf(linearised), "");
  EXPECT_LE(linearised.nodes, 200u);
  Told frees = AfterInit();
  for (std::uint32_t i = 0; i < 8; ++i) {
    frees.Alloc(0, i, 128, 128 * i, {10 + 2 * i, 11 + 2 * i});
  }
  for (std::uint32_t i = 0; i < 8; ++i) {
    frees.Free(static_cast<std::uint8_t>(i + 1), i, {100 + i, 200 + i});
  }
  const Linearised merged = Try(Buddy(), frees, Statistics{1024, 0, 1024, 0});
  EXPECT_EQ(RuleOf(merged), "");
  // 8! orders, of which each prefix that comes to another list counts once.
  EXPECT_LE(merged.nodes, 200'000u);
}

TEST(Linearise, SaysWhatItDoesNotJudge) {
  Told told = AfterInit();
  EXPECT_EQ(Try(PortOfRegions(), told).why_not, "there is no specification");
  for (std::uint32_t i = 0; i <= kMostOverlapping; ++i) {
    told.Alloc(static_cast<std::uint8_t>(i % 8 + 1), i, 8, 8 * i,
               {10 + i, 100 + i});
  }
  EXPECT_EQ(Try(Buddy(), told).why_not,
            "17 operations overlap, of 16 that can be put in order");
}

}  // namespace
}  // namespace lockstep::suite::linearise_test
