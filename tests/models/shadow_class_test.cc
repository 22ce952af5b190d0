// What the shadow holds of a free, and of a change of size, with the layout of
// another size class.

#include <cstddef>
#include <cstdint>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "tests/models/puppet.h"

namespace lockstep::suite {
namespace {

TEST(ShadowOfClasses, AFreeWithALayoutOfAnotherClassIsDetected) {
  Stage stage(LOCKSTEP_DETECTS_OTHER_LAYOUT);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Allocate(0, 200, 3, 4096), "");
  const Op of_other_classes[] = {
      {.verb = Verb::kFreeOtherLayout, .bytes = 64},
      {.verb = Verb::kFreeOtherLayout},
      {.verb = Verb::kFreeOtherLayout, .bytes = 513},
      {.verb = Verb::kFreeOtherLayout, .align_log2 = 10},
  };
  for (const Op& op : of_other_classes) {
    EXPECT_EQ(stage.Do(op, LOCKSTEP_NOT_ALLOCATED), "");
    EXPECT_FALSE(stage.WasSkipped());
  }
  const Op of_close_classes[] = {
      {.verb = Verb::kFreeOtherLayout, .bytes = 65},
      {.verb = Verb::kFreeOtherLayout, .bytes = 200},
      {.verb = Verb::kFreeOtherLayout, .bytes = 512},
      {.verb = Verb::kFreeOtherLayout, .align_log2 = 9},
  };
  for (const Op& op : of_close_classes) {
    EXPECT_EQ(stage.Do(op, LOCKSTEP_OK), "");
    EXPECT_TRUE(stage.WasSkipped());
  }
  EXPECT_EQ(stage.Do(of_other_classes[0], LOCKSTEP_OK), "detected");
  EXPECT_EQ(stage.expected(),
            "an error of freeing, because b0 has size=200 align=8");
}

class ChangeOfOtherLayout : public testing::TestWithParam<Verb> {
 protected:
  ChangeOfOtherLayout() {
    EXPECT_EQ(stage_.Init(4096, 4096), "");
    EXPECT_EQ(stage_.Allocate(0, 200, 3, 4096), "");
  }

  // As a block of so many bytes, it is to have 100.
  std::string Do(std::uint64_t claimed, lockstep_status status) {
    return stage_.Do({.verb = GetParam(), .bytes = claimed, .offset = 100},
                     status);
  }

  Stage stage_{LOCKSTEP_DETECTS_OTHER_LAYOUT};
};

TEST_P(ChangeOfOtherLayout, IsRefusedAsAFreeWouldBe) {
  for (const std::uint64_t claimed : {0u, 64u, 513u}) {
    EXPECT_EQ(Do(claimed, LOCKSTEP_NOT_ALLOCATED), "");
    EXPECT_EQ(Do(claimed, LOCKSTEP_INVALID_PARAM), "");
    EXPECT_FALSE(stage_.WasSkipped());
  }
  for (const std::uint64_t claimed : {65u, 200u, 512u}) {
    EXPECT_EQ(Do(claimed, LOCKSTEP_OK), "");
    EXPECT_TRUE(stage_.WasSkipped());
  }
  // It still is where it was, as large as it was.
  EXPECT_EQ(stage_.Allocate(1, 8, 3, 4096 + 200), "");
  EXPECT_EQ(stage_.Allocate(2, 8, 3, 4096 + 192), "disjoint");
}

TEST_P(ChangeOfOtherLayout, MustNotBeAccepted) {
  EXPECT_EQ(Do(64, LOCKSTEP_OK), "detected");
}

TEST_P(ChangeOfOtherLayout, IsNotSeenByWhoRefusesTheNewSize) {
  EXPECT_EQ(Do(64, LOCKSTEP_NO_MEMORY), "detected");
  EXPECT_EQ(Do(64, LOCKSTEP_MEMORY_OVERLAP), "status");
}

TEST_P(ChangeOfOtherLayout, LeavesTheBlockAsItIs) {
  stage_.puppet().spoils = &stage_.ByteAt(4096 + 199);
  EXPECT_EQ(Do(64, LOCKSTEP_NOT_ALLOCATED), "contents");
}

TEST_P(ChangeOfOtherLayout, IsNotTriedOnABlockThatIsSpoilt) {
  stage_.ByteAt(4096) ^= std::byte{1};
  const std::byte spoilt = stage_.ByteAt(4096);
  // It would mend it.
  stage_.puppet().spoils = &stage_.ByteAt(4096);
  EXPECT_EQ(Do(64, LOCKSTEP_NOT_ALLOCATED), "contents");
  EXPECT_EQ(stage_.ByteAt(4096), spoilt);
}

TEST_P(ChangeOfOtherLayout, ChangesNoStatistic) {
  Stage stage(LOCKSTEP_DETECTS_OTHER_LAYOUT, true);
  auto& now = stage.puppet().statistics;
  now = {4096, 0, 4096, 0};
  EXPECT_EQ(stage.Init(4096, 4096), "");
  now = {4096, 200, 3896, 0};
  EXPECT_EQ(stage.Allocate(0, 200, 3, 4096), "");
  const Op op{.verb = GetParam(), .bytes = 64, .offset = 100};
  EXPECT_EQ(stage.Do(op, LOCKSTEP_NOT_ALLOCATED), "");
  now = {4096, 208, 3888, 0};
  EXPECT_EQ(stage.Do(op, LOCKSTEP_NOT_ALLOCATED), "unchanged");
}

INSTANTIATE_TEST_SUITE_P(Verbs, ChangeOfOtherLayout,
                         testing::Values(Verb::kReallocateOtherLayout,
                                         Verb::kResizeOtherLayout),
                         [](const auto& test) {
                           return std::string(InfoOf(test.param).word);
                         });

}  // namespace
}  // namespace lockstep::suite
