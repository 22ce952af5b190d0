// Where blocks lie, and when: of each rule a history that breaks it, and one beside
// it that does not.

#include "models/threads/any_order.h"

#include <array>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/region.h"
#include "tests/threads/told.h"

namespace lockstep::suite::any_order_test {
namespace {

constexpr std::uint64_t kBytes = 1024;
constexpr std::array<Region, 1> kRegions = {Region{0, kBytes}};

std::string RuleOf(const lockstep_port& port, const Told& told) {
  const Scene scene{
      .port = port, .arena = {kBytes, kBytes}, .regions = kRegions};
  return suite::RuleOf(JudgeHistory(scene, told.history()));
}

std::string RuleOf(const Told& told) { return RuleOf(PortOfRegions(), told); }

TEST(Disjoint, TwoThatAreSurelyLiveShareNothing) {
  Told told;
  told.Alloc(1, 0, 16, 0, {1, 3});
  told.Alloc(2, 1, 16, 8, {2, 4});
  EXPECT_EQ(RuleOf(told), "disjoint");
}

TEST(Disjoint, AFreeThatHasBegunMayHaveBeenInTime) {
  Told told;
  told.Alloc(1, 0, 16, 0, {1, 2});
  told.Free(1, 0, {3, 6});
  told.Alloc(2, 1, 16, 8, {4, 5});
  EXPECT_EQ(RuleOf(told), "");
}

TEST(Disjoint, AFreeThatBeginsAfterwardsIsTooLate) {
  Told told;
  told.Alloc(1, 0, 16, 0, {1, 2});
  told.Alloc(2, 1, 16, 8, {3, 4});
  told.Free(1, 0, {5, 6});
  EXPECT_EQ(RuleOf(told), "disjoint");
}

TEST(Disjoint, TheFirstToEndIsBlamed) {
  Told told;
  told.Alloc(1, 0, 16, 0, {1, 2});
  told.Alloc(1, 1, 16, 8, {3, 8});
  told.Alloc(2, 2, 16, 12, {4, 5});
  const lockstep_port port = PortOfRegions();
  const Scene scene{
      .port = port, .arena = {kBytes, kBytes}, .regions = kRegions};
  const Verdict verdict = JudgeHistory(scene, told.history());
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->step, 2u);
}

TEST(Disjoint, BlocksOfNoBytesHaveAddressesOfTheirOwn) {
  Told told;
  told.Alloc(1, 0, 0, 0, {1, 3});
  told.Alloc(2, 1, 0, 1, {2, 4});
  EXPECT_EQ(RuleOf(told), "");
  told.Alloc(2, 2, 0, 1, {5, 6});
  EXPECT_EQ(RuleOf(told), "disjoint");
}

TEST(Disjoint, SpansThatCoalesceAreWhole) {
  Told told;
  told.Alloc(1, 0, 9, 0, {1, 2});
  told.Alloc(2, 1, 4, 12, {3, 4});
  EXPECT_EQ(RuleOf(told), "");
  EXPECT_EQ(RuleOf(PortOfRegions(LOCKSTEP_COALESCES), told), "disjoint");
}

TEST(Disjoint, WhatABlockKeepsWhileItIsResizedIsSurelyLive) {
  Told told;
  told.Alloc(1, 0, 32, 0, {1, 2});
  told.Change(Verb::kResize, 1, 0, 16, 0, {3, 6});
  told.Alloc(2, 1, 16, 16, {4, 5});
  EXPECT_EQ(RuleOf(told), "");
  told.Alloc(3, 2, 8, 8, {4, 5});
  EXPECT_EQ(RuleOf(told), "disjoint");
}

TEST(Disjoint, OneThatMovesMayHaveLeftAlready) {
  Told told;
  told.Alloc(1, 0, 16, 0, {1, 2});
  told.Change(Verb::kReallocate, 1, 0, 32, 64, {3, 6});
  told.Alloc(2, 1, 16, 0, {4, 5});
  EXPECT_EQ(RuleOf(told), "");
  told.Alloc(2, 2, 16, 80, {7, 8});
  EXPECT_EQ(RuleOf(told), "disjoint");
}

TEST(Aligned, ToWhatWasAskedFor) {
  Told told;
  told.Alloc(1, 0, 8, 8, {1, 2}, 3);
  EXPECT_EQ(RuleOf(told), "");
  told.Alloc(2, 1, 8, 24, {3, 4}, 4);
  EXPECT_EQ(RuleOf(told), "aligned");
}

TEST(Inside, TheRegionsAreGivenInTheHistory) {
  Told told;
  told.Init(0, 512, {1, 2});
  told.Alloc(1, 0, 8, 504, {3, 4});
  EXPECT_EQ(RuleOf(told), "");
  told.Alloc(1, 1, 8, 512, {5, 6});
  EXPECT_EQ(RuleOf(told), "inside");
}

TEST(Inside, APieceThatCanHaveBeenLent) {
  const lockstep_port port = PortThatPulls();
  Told told;
  // The second block lies in what the first, which has not ended, has taken.
  told.Alloc(1, 0, 8, 0, {1, 4}).provider_calls = {Taken(0, 64)};
  told.Alloc(2, 1, 8, 8, {2, 3});
  EXPECT_EQ(RuleOf(port, told), "");
  told.Alloc(2, 2, 8, 60, {5, 6});
  EXPECT_EQ(RuleOf(port, told), "inside");
}

TEST(Inside, APieceThatWasGivenBackIsGone) {
  const lockstep_port port = PortThatPulls();
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2}).provider_calls = {Taken(0, 64)};
  told.Free(1, 0, {3, 6}).provider_calls = {GivenBack(0, 64)};
  Told later = told;
  told.Alloc(2, 1, 8, 8, {4, 5});  // And is freed by nobody: see Ledger.
  told.Free(2, 1, {5, 7});
  later.Alloc(2, 1, 8, 8, {7, 8});
  EXPECT_EQ(RuleOf(port, told), "");
  EXPECT_EQ(RuleOf(port, later), "inside");
}

TEST(Inside, TheArenaWhereNobodyNotedWhatWasLent) {
  const lockstep_port port = PortThatPulls();
  const std::array<ProviderCall, 1> calls = {Taken(0, 64)};
  const Scene scene{
      .port = port, .arena = {kBytes, kBytes}, .provider_calls = calls};
  Told told;
  told.Alloc(1, 0, 8, kBytes - 8, {1, 2});
  EXPECT_FALSE(JudgeHistory(scene, told.history()));
  EXPECT_EQ(RuleOf(port, told), "inside");
  told.Alloc(1, 1, 8, kBytes, {3, 4});
  EXPECT_EQ(suite::RuleOf(JudgeHistory(scene, told.history())), "inside");
}

TEST(Ledger, NothingThatIsSurelyLiveGoesBack) {
  const lockstep_port port = PortThatPulls();
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2}).provider_calls = {Taken(0, 64)};
  told.Alloc(2, 1, 8, 8, {3, 4});
  told.Free(1, 0, {5, 8}).provider_calls = {GivenBack(0, 64)};
  EXPECT_EQ(RuleOf(port, told), "ledger");
  told.Free(2, 1, {6, 7});
  EXPECT_EQ(RuleOf(port, told), "");
}

}  // namespace
}  // namespace lockstep::suite::any_order_test
