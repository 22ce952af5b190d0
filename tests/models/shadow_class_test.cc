// What the shadow holds of a free with the layout of another size class.

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
}

}  // namespace
}  // namespace lockstep::suite
