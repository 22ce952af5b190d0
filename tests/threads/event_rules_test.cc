// The rules that an event can break by itself, and the histories that do.

#include <array>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/region.h"
#include "models/threads/any_order.h"
#include "tests/threads/told.h"

namespace lockstep::suite::event_rules_test {
namespace {

constexpr std::uint64_t kBytes = 1024;
constexpr std::array<Region, 1> kRegions = {Region{0, kBytes}};

std::string RuleOf(const lockstep_port& port, const Told& told) {
  const Scene scene{
      .port = port, .arena = {kBytes, kBytes}, .regions = kRegions};
  return suite::RuleOf(JudgeHistory(scene, told.history()));
}

std::string RuleOf(const Told& told) { return RuleOf(PortOfRegions(), told); }

TEST(Contents, AreWhatTheClientLeft) {
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2});
  Event& event = told.Free(2, 0, {3, 4});
  EXPECT_EQ(RuleOf(told), "");
  event.spoiled = WrongByte{event.given_up.front(), 3};
  EXPECT_EQ(RuleOf(told), "contents");
}

TEST(Zeroed, IsWhatWasAskedForAsZero) {
  Told told;
  Event& event = told.Alloc(1, 0, 8, 0, {1, 2});
  EXPECT_EQ(RuleOf(told), "");
  event.not_zero = WrongByte{event.received.front(), 3};
  EXPECT_EQ(RuleOf(told), "zeroed");
}

TEST(Zeroed, AProductThatCannotBeSaidIsRefused) {
  const Op op{.verb = Verb::kAllocateZeroed,
              .thread = 1,
              .bytes = UINT64_MAX / 2,
              .offset = 4};
  Told refused;
  refused.Do(op, {1, 2}, Status::kNoMemory);
  EXPECT_EQ(RuleOf(PortOfRegions(LOCKSTEP_COALESCES), refused), "");
  Told served;
  served.Do(op, {1, 2});
  EXPECT_EQ(RuleOf(served), "zeroed");
}

TEST(Usable, IsAtLeastWhatWasAskedFor) {
  const Op ask{.verb = Verb::kUsableOf, .thread = 1, .slot = 0};
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2});
  Event& event = told.Do(ask, {3, 4});
  event.outcome.number = 8;
  EXPECT_EQ(RuleOf(told), "");
  event.outcome.number = 7;
  EXPECT_EQ(RuleOf(told), "usable");
}

TEST(Usable, BelongsToNobodyElse) {
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2});
  told.Alloc(2, 1, 8, 16, {3, 4});
  Event& event = told.Do({.verb = Verb::kUsableOf, .thread = 1}, {5, 6});
  event.outcome.number = 16;
  event.given_up = {{0, 0, 8, 1, 8}};
  event.received = {{0, 0, 8, 1, 16}};
  EXPECT_EQ(RuleOf(told), "");
  event.received = {{0, 0, 8, 1, 17}};
  EXPECT_EQ(RuleOf(told), "usable");
}

TEST(Status, IsOneOfTheVerb) {
  Told told;
  told.Refuse(1, 0, 8, {1, 2});
  EXPECT_EQ(RuleOf(told), "");
  EXPECT_EQ(RuleOf(PortThatPulls(), told), "status");
  told.Refuse(1, 0, 8, {3, 4}, Status::kOutOfMemory);
  EXPECT_EQ(RuleOf(told), "status");
}

TEST(Accepted, IsTheFreeOfALiveBlock) {
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2});
  Event& event = told.Free(2, 0, {3, 4});
  event.given_up.clear();
  event.outcome.status = Status::kNotAllocated;
  EXPECT_EQ(RuleOf(told), "accepted");
  event.outcome.status = Status::kOutOfMemory;
  EXPECT_EQ(RuleOf(told), "status");
}

TEST(Accepted, FatalErrorIsForAnUnkindProvider) {
  const lockstep_port port = PortThatPulls();
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2}).provider_calls = {Taken(0, 64)};
  Event& event = told.Free(2, 0, {3, 4});
  event.outcome.status = Status::kFatalError;
  event.provider_calls = {GivenBack(0, 64)};
  EXPECT_EQ(RuleOf(port, told), "accepted");
  event.provider_calls = {GivenBack(0, 64, false)};
  EXPECT_EQ(RuleOf(port, told), "");
}

TEST(Accepted, ARegionThatIsSound) {
  Told told;
  told.Init(0, 512, {1, 2}).outcome.status = Status::kInvalidParam;
  EXPECT_EQ(RuleOf(told), "accepted");
}

TEST(Skipped, IsNothing) {
  Told told;
  told.Refuse(1, 0, 8, {1, 1}, Status::kSkipped);
  EXPECT_EQ(RuleOf(PortOfRegions(LOCKSTEP_COALESCES), told), "");
}

TEST(Stamps, OfAnOpThatCallsNothingAreOne) {
  Told told;
  told.Do({.verb = Verb::kRefuse, .thread = 1, .bytes = 1}, {1, 1});
  EXPECT_EQ(RuleOf(PortThatPulls(), told), "");
}

}  // namespace
}  // namespace lockstep::suite::event_rules_test
