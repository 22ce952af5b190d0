// What the placement says of a change of size with a layout that the block does
// not have, and of statistics.

#include "models/spec/placement.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/judge/lockstep.h"
#include "models/script/op.h"
#include "models/spec/buddy_spec.h"
#include "models/spec/heap_spec.h"
#include "models/spec/spec.h"
#include "models/system/rules.h"
#include "models/system/system.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

// Of a block that begins there, as one of so many bytes: to become one of 40.
Status AnswerOther(Spec& spec, Verb verb, std::uint64_t offset,
                   std::uint64_t claimed, lockstep_capabilities promises,
                   std::uint64_t new_bytes = 40) {
  Call call{.op = {.verb = verb}, .offset = offset, .bytes = new_bytes};
  call.held_bytes = claimed;
  return Answer(spec, call, 1 << 20, promises).status;
}

class AnswerToOtherLayout : public testing::TestWithParam<Verb> {};

TEST_P(AnswerToOtherLayout, IsThatOfAFreeAndChangesNothing) {
  constexpr auto kPromises =
      LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_OTHER_LAYOUT;
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({0, 1024}), Status::kOk);
  ASSERT_EQ(buddy.Allocate(200, 1).offset, 0u);
  ASSERT_EQ(buddy.Allocate(200, 1).offset, 256u);
  std::string before;
  buddy.AppendKey(before);
  const auto answer = [&](std::uint64_t offset, std::uint64_t claimed) {
    return AnswerOther(buddy, GetParam(), offset, claimed, kPromises);
  };
  // Without a map, it would be believed.
  EXPECT_EQ(answer(0, 50), Status::kNotAllocated);
  EXPECT_EQ(answer(256, 1000), Status::kNotAllocated);
  EXPECT_EQ(answer(0, 2000), Status::kNotAllocated);
  EXPECT_EQ(answer(256, 500), Status::kInvalidParam);
  EXPECT_EQ(answer(0, SIZE_MAX), Status::kInvalidParam);
  std::string after;
  buddy.AppendKey(after);
  EXPECT_EQ(after, before);
}

TEST_P(AnswerToOtherLayout, RefusesANewSizeThatIsNoLayout) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({0, 1024}), Status::kOk);
  ASSERT_EQ(buddy.Allocate(200, 1).offset, 0u);
  EXPECT_EQ(AnswerOther(buddy, GetParam(), 0, 50, LOCKSTEP_DETECTS_OTHER_LAYOUT,
                        SIZE_MAX),
            Status::kInvalidParam);
}

TEST_P(AnswerToOtherLayout, IsOfTheSlabThatIsMeant) {
  HeapSpec heap;
  ASSERT_EQ(heap.Init({0, 32 << 10}), Status::kOk);
  ASSERT_EQ(heap.Allocate(9, 8).offset, 4032u);
  const auto answer = [&](std::uint64_t claimed) {
    return AnswerOther(heap, GetParam(), 4032, claimed,
                       LOCKSTEP_DETECTS_OTHER_LAYOUT);
  };
  EXPECT_EQ(answer(500), Status::kInvalidParam);
  EXPECT_EQ(answer(5000), Status::kInvalidParam);
  EXPECT_EQ(answer(32 << 10), Status::kNotAllocated);
}

TEST_P(AnswerToOtherLayout, IsUnknownWhereItIsDeadlyOrNothingIsResized) {
  BuddySpec buddy;
  ASSERT_EQ(buddy.Init({0, 1024}), Status::kOk);
  ASSERT_EQ(buddy.Allocate(200, 1).offset, 0u);
  EXPECT_EQ(
      AnswerOther(buddy, GetParam(), 0, 50, LOCKSTEP_DIES_OF_OTHER_LAYOUT),
      Status::kSkipped);
  SlabSpec slab;
  ASSERT_EQ(slab.Init({0, 64 << 10}), Status::kOk);
  const Outcome block = slab.Allocate(200, 1);
  ASSERT_EQ(block.status, Status::kOk);
  EXPECT_EQ(AnswerOther(slab, GetParam(), block.offset, 64 << 10,
                        LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT),
            Status::kSkipped);
}

INSTANTIATE_TEST_SUITE_P(Verbs, AnswerToOtherLayout,
                         testing::Values(Verb::kReallocateOtherLayout,
                                         Verb::kResizeOtherLayout),
                         [](const auto& test) {
                           return std::string(InfoOf(test.param).word);
                         });

// One figure of the buddy's statistics is one too large.
template <std::size_t lockstep_statistics::* kFigure>
void TellOneMore(const void* state, lockstep_statistics* out) {
  FindPort("buddy")->statistics(state, out);
  ++(out->*kFigure);
}

TEST(Placement, ComparesEachFigureOfTheStatistics) {
  for (const auto statistics :
       {&TellOneMore<&lockstep_statistics::total>,
        &TellOneMore<&lockstep_statistics::used>,
        &TellOneMore<&lockstep_statistics::available>,
        &TellOneMore<&lockstep_statistics::requested>}) {
    lockstep_port port = *FindPort("buddy");
    port.statistics = statistics;
    Placement placement;
    Lockstep lockstep(port, {&placement});
    lockstep.Begin({4096, 4096});
    const auto verdict = lockstep.Step({.verb = Verb::kInit, .bytes = 4096});
    ASSERT_TRUE(verdict);
    EXPECT_EQ(verdict->rule, kPlacementRule.name);
  }
}

TEST(Placement, ComparesNoStatisticsWhereThereAreNone) {
  lockstep_port port = *FindPort("buddy");
  port.statistics = nullptr;
  Placement placement;
  Lockstep lockstep(port, {&placement});
  lockstep.Begin({4096, 4096});
  EXPECT_FALSE(lockstep.Step({.verb = Verb::kInit, .bytes = 4096}));
  EXPECT_FALSE(lockstep.Step({.verb = Verb::kAllocate, .bytes = 16}));
}

}  // namespace
}  // namespace lockstep::suite
