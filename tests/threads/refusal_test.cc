// Refusals, each with an order that excuses it and one beside it without.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/threads/any_order.h"
#include "tests/threads/told.h"

namespace lockstep::suite::refusal_test {
namespace {

constexpr std::uint64_t kBytes = 1024;
constexpr std::array<Region, 1> kRegions = {Region{0, kBytes}};

std::string RuleOf(const lockstep_port& port, const Told& told) {
  const Scene scene{
      .port = port, .arena = {kBytes, kBytes}, .regions = kRegions};
  return suite::RuleOf(JudgeHistory(scene, told.history()));
}

const lockstep_port kCoalesces = PortOfRegions(LOCKSTEP_COALESCES);

// Whatever is asked for, and as much again.
lockstep_port PortThatNeedsTwice(lockstep_capabilities promises = 0) {
  lockstep_port port = PortOfRegions(promises);
  port.needs = [](const void*, std::size_t bytes, std::size_t) {
    return 2 * bytes;
  };
  return port;
}

TEST(Coalesces, ASpanThatIsFreeAllTheTimeIsServed) {
  Told told;
  told.Alloc(1, 0, 512, 0, {1, 2});
  told.Refuse(2, 1, 512, {3, 4});
  EXPECT_EQ(RuleOf(kCoalesces, told), "refusal");
  EXPECT_EQ(RuleOf(PortOfRegions(), told), "");
}

TEST(Coalesces, ABlockThatMayHaveComeFirstExcuses) {
  Told told;
  told.Alloc(1, 0, 512, 0, {1, 2});
  told.Refuse(2, 1, 512, {3, 5});
  told.Alloc(1, 2, 8, 512, {4, 6});
  EXPECT_EQ(RuleOf(kCoalesces, told), "");
}

TEST(Coalesces, ABlockThatCameAfterwardsDoesNot) {
  Told told;
  told.Alloc(1, 0, 512, 0, {1, 2});
  told.Refuse(2, 1, 512, {3, 4});
  told.Alloc(1, 2, 8, 512, {5, 6});
  EXPECT_EQ(RuleOf(kCoalesces, told), "refusal");
}

TEST(Coalesces, ABlockThatMayNotHaveGoneYetExcuses) {
  Told told;
  told.Alloc(1, 0, 1024, 0, {1, 2});
  told.Free(1, 0, {3, 5});
  told.Refuse(2, 1, 512, {4, 6});
  EXPECT_EQ(RuleOf(kCoalesces, told), "");
}

TEST(Coalesces, ABlockThatHadGoneDoesNot) {
  Told told;
  told.Alloc(1, 0, 1024, 0, {1, 2});
  told.Free(1, 0, {3, 4});
  told.Refuse(2, 1, 512, {5, 6});
  EXPECT_EQ(RuleOf(kCoalesces, told), "refusal");
}

// It ended while another was at work that had begun before, and still is.
TEST(Coalesces, ABlockIsForgottenByThoseThatBeganLater) {
  Told told;
  told.Alloc(1, 0, 1024, 0, {1, 2});
  told.Do({.verb = Verb::kStatistics, .thread = 3}, {3, 20});
  told.Free(1, 0, {4, 5});
  told.Refuse(2, 1, 512, {6, 7});
  EXPECT_EQ(RuleOf(kCoalesces, told), "refusal");
}

TEST(Coalesces, AnotherThatWasRefusedMayHaveHeldMemory) {
  Told told;
  told.Refuse(1, 0, 512, {1, 3});
  told.Refuse(2, 1, 512, {2, 4});
  EXPECT_EQ(RuleOf(kCoalesces, told), "");
}

TEST(Coalesces, OneThatMovesIsThereTwice) {
  Told told;
  told.Alloc(1, 0, 512, 0, {1, 2});
  told.Change(Verb::kReallocate, 1, 0, 512, 512, {3, 6});
  told.Refuse(2, 1, 512, {4, 5});
  EXPECT_EQ(RuleOf(kCoalesces, told), "");
}

TEST(Coalesces, OnlyUpToTheLargestSpan) {
  lockstep_port port = kCoalesces;
  port.largest_span_bytes = 256;
  Told told;
  told.Refuse(1, 0, 512, {1, 2});
  EXPECT_EQ(RuleOf(port, told), "");
  told.Refuse(1, 0, 256, {3, 4});
  EXPECT_EQ(RuleOf(port, told), "refusal");
}

TEST(Coalesces, NothingWithSeveralInstances) {
  Told told;
  told.Refuse(1, 0, 512, {1, 2});
  const Scene scene{.port = kCoalesces,
                    .arena = {kBytes, kBytes},
                    .regions = kRegions,
                    .is_apart = true};
  EXPECT_EQ(suite::RuleOf(JudgeHistory(scene, told.history())), "");
}

TEST(Needs, SoManyContiguousBytesSuffice) {
  const lockstep_port port = PortThatNeedsTwice();
  Told told;
  told.Alloc(1, 0, 24, 500, {1, 2});
  told.Refuse(2, 1, 251, {3, 4});
  EXPECT_EQ(RuleOf(port, told), "");
  told.Refuse(2, 1, 250, {5, 6});
  EXPECT_EQ(RuleOf(port, told), "refusal");
}

TEST(Needs, OnlyWhileFewBlocksCanBeLive) {
  lockstep_port port = PortThatNeedsTwice();
  port.max_live_blocks = 2;
  Told told;
  told.Alloc(1, 0, 8, 0, {1, 2});
  Told other = told;
  told.Refuse(2, 1, 8, {3, 4});
  EXPECT_EQ(RuleOf(port, told), "refusal");
  // This one may have come first.
  other.Refuse(2, 1, 8, {3, 5});
  other.Alloc(1, 2, 8, 8, {4, 6});
  EXPECT_EQ(RuleOf(port, other), "");
}

TEST(Resize, ToFewerBytesNeverFails) {
  const lockstep_port port = PortOfRegions(LOCKSTEP_RESIZE_SHRINKS);
  const auto tell = [](std::uint64_t bytes) {
    Told told;
    told.Alloc(1, 0, 16, 0, {1, 2});
    told.Do({.verb = Verb::kResize, .thread = 1, .slot = 0, .bytes = bytes},
            {3, 6}, Status::kNoMemory);
    told.Refuse(2, 1, 8, {4, 5});
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell(17)), "");
  EXPECT_EQ(RuleOf(port, tell(16)), "refusal");
}

TEST(Resize, ToMoreWhereTheRoomIsFreeAllTheTime) {
  const lockstep_port port = PortThatNeedsTwice(LOCKSTEP_RESIZE_GROWS);
  const auto tell = [](Span other) {
    Told told;
    told.Alloc(1, 0, 16, 0, {1, 2});
    told.Do({.verb = Verb::kResize, .thread = 1, .slot = 0, .bytes = 32},
            {3, 6}, Status::kNoMemory);
    told.Alloc(2, 1, 8, 56, other);
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell({4, 5})), "");
  EXPECT_EQ(RuleOf(port, tell({7, 8})), "refusal");
}

TEST(FitsAgain, WhereNothingOverlaps) {
  const lockstep_port port = PortOfRegions(LOCKSTEP_FITS_AGAIN);
  const auto tell = [](Span free, Span refusal, std::uint64_t bytes) {
    Told told;
    told.Alloc(1, 0, 16, 0, {1, 2});
    told.Free(1, 0, free);
    told.Refuse(2, 1, bytes, refusal);
    return told;
  };
  EXPECT_EQ(RuleOf(port, tell({3, 4}, {5, 6}, 16)), "refusal");
  EXPECT_EQ(RuleOf(port, tell({3, 4}, {5, 6}, 8)), "");
  EXPECT_EQ(RuleOf(port, tell({3, 5}, {4, 6}, 16)), "");
}

TEST(FitsAgain, UntilAnotherAllocationHasSucceeded) {
  const lockstep_port port = PortOfRegions(LOCKSTEP_FITS_AGAIN);
  Told told;
  told.Alloc(1, 0, 16, 0, {1, 2});
  told.Free(1, 0, {3, 4});
  Told other = told;
  told.Alloc(2, 1, 8, 0, {5, 6});
  told.Refuse(2, 2, 16, {7, 8});
  EXPECT_EQ(RuleOf(port, told), "");
  other.Do({.verb = Verb::kFootprint, .thread = 2}, {5, 6});
  other.Refuse(2, 2, 16, {7, 8});
  EXPECT_EQ(RuleOf(port, other), "refusal");
}

TEST(ServesWhileProvided, OnlyTheProviderExcuses) {
  const lockstep_port port = PortThatPulls(LOCKSTEP_SERVES_WHILE_PROVIDED);
  Told told;
  Event& event = told.Refuse(1, 0, 8, {1, 2}, Status::kOutOfMemory);
  EXPECT_EQ(RuleOf(port, told), "refusal");
  event.was_provider_unkind = true;
  EXPECT_EQ(RuleOf(port, told), "");
}

TEST(ServesWhileProvided, ATakeThatWasTooLargeExcusesNothing) {
  lockstep_port port = PortThatPulls(LOCKSTEP_SERVES_WHILE_PROVIDED);
  port.take_overhead_bytes = 8;
  Told told;
  Event& event = told.Refuse(1, 0, 8, {1, 2}, Status::kOutOfMemory);
  event.provider_calls = {Taken(0, 16, false)};
  EXPECT_EQ(RuleOf(port, told), "");
  event.provider_calls = {Taken(0, 17, false)};
  EXPECT_EQ(RuleOf(port, told), "refusal");
}

}  // namespace
}  // namespace lockstep::suite::refusal_test
