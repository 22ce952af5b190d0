// Each rule of the shadow about blocks and errors, at its edge.

#include "models/shadow/shadow.h"

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "tests/models/puppet.h"

namespace lockstep::suite {
namespace {

constexpr lockstep_capabilities kDetectsAll =
    LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN |
    LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN |
    LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_OVERLAP |
    LOCKSTEP_DETECTS_BAD_REGION | LOCKSTEP_DETECTS_SECOND_INIT |
    LOCKSTEP_DETECTS_USE_BEFORE_INIT;

// One region from 4096 to 8192.
class Shadowed : public testing::Test {
 protected:
  Shadowed() { EXPECT_EQ(stage_.Init(4096, 4096), ""); }

  Stage stage_{kDetectsAll};
};

TEST_F(Shadowed, BlockMayFillTheRegion) {
  EXPECT_EQ(stage_.Allocate(0, 4096, 0, 4096), "");
}

TEST_F(Shadowed, BlockMayEndWithTheRegion) {
  EXPECT_EQ(stage_.Allocate(0, 1, 0, 8191), "");
}

TEST_F(Shadowed, BlockMustNotEndPastTheRegion) {
  EXPECT_EQ(stage_.Allocate(0, 2, 0, 8191), "inside");
}

TEST_F(Shadowed, BlockMustNotBeginBeforeTheRegion) {
  EXPECT_EQ(stage_.Allocate(0, 2, 0, 4095), "inside");
}

TEST_F(Shadowed, BlockMustNotBeSoLargeThatItWraps) {
  EXPECT_EQ(stage_.Allocate(0, SIZE_MAX, 0, 4096), "inside");
}

TEST_F(Shadowed, ZeroBytesHaveAnAddressInside) {
  EXPECT_EQ(stage_.Allocate(0, 0, 0, 8191), "");
  EXPECT_EQ(stage_.Allocate(1, 0, 0, 8192), "inside");
}

TEST_F(Shadowed, BlockThatIsNotInsideIsToldOfAllRegions) {
  EXPECT_EQ(stage_.Add(16384, 4096), "");
  EXPECT_EQ(stage_.Allocate(0, 2, 0, 8191), "inside");
  EXPECT_EQ(stage_.expected(),
            "a block inside [4096, 8192), or [16384, 20480)");
}

TEST(Shadow, CountsTouchingRegionsAsOne) {
  Stage stage(0);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Add(8192, 4096), "");
  EXPECT_EQ(stage.Allocate(0, 8192, 0, 4096), "");
}

TEST(Shadow, RoundsRegionsInward) {
  Stage stage(0);
  EXPECT_EQ(stage.Init(4097, 4096), "");
  EXPECT_EQ(stage.Allocate(0, 8, 0, 4104), "");
  EXPECT_EQ(stage.Allocate(1, 8, 0, 8184), "");
  EXPECT_EQ(stage.Allocate(2, 1, 0, 8192), "inside");
}

TEST_F(Shadowed, BlockIsAlignedAsAsked) {
  EXPECT_EQ(stage_.Allocate(0, 8, 4, 4096 + 16), "");
  EXPECT_EQ(stage_.Allocate(1, 8, 4, 4096 + 40), "aligned");
}

TEST_F(Shadowed, BlocksMayTouch) {
  EXPECT_EQ(stage_.Allocate(0, 16, 0, 5000), "");
  EXPECT_EQ(stage_.Allocate(1, 8, 0, 4992), "");
  EXPECT_EQ(stage_.Allocate(2, 8, 0, 5016), "");
}

TEST_F(Shadowed, CatchesABlockThatOverlapsTheNextByAByte) {
  EXPECT_EQ(stage_.Allocate(0, 16, 0, 5000), "");
  EXPECT_EQ(stage_.Allocate(1, 9, 0, 4992), "disjoint");
}

TEST_F(Shadowed, CatchesABlockThatOverlapsThePreviousByAByte) {
  EXPECT_EQ(stage_.Allocate(0, 16, 0, 5000), "");
  EXPECT_EQ(stage_.Allocate(1, 8, 0, 5015), "disjoint");
}

TEST_F(Shadowed, CatchesABlockInsideAnother) {
  EXPECT_EQ(stage_.Allocate(0, 16, 0, 5000), "");
  EXPECT_EQ(stage_.Allocate(1, 0, 0, 5008), "disjoint");
}

TEST_F(Shadowed, CatchesABlockAroundAnother) {
  EXPECT_EQ(stage_.Allocate(0, 1, 0, 5000), "");
  EXPECT_EQ(stage_.Allocate(1, 4096, 0, 4096), "disjoint");
}

TEST_F(Shadowed, CatchesTwoOfZeroBytesInOnePlace) {
  EXPECT_EQ(stage_.Allocate(0, 0, 0, 5000), "");
  EXPECT_EQ(stage_.Allocate(1, 0, 0, 5001), "");
  EXPECT_EQ(stage_.Allocate(2, 0, 0, 5000), "disjoint");
}

TEST_F(Shadowed, LetsFreedMemoryBeHandedOutAgain) {
  EXPECT_EQ(stage_.Allocate(0, 16, 0, 5000), "");
  EXPECT_EQ(stage_.Free(0), "");
  EXPECT_EQ(stage_.Allocate(1, 32, 0, 4990), "");
}

TEST_F(Shadowed, FindsEachByteThatChanged) {
  for (const std::uint64_t at : {5000u, 5007u, 5010u}) {
    Stage stage(0);
    EXPECT_EQ(stage.Init(4096, 4096), "");
    EXPECT_EQ(stage.Allocate(0, 11, 0, 5000), "");
    stage.ByteAt(at) ^= std::byte{1};
    EXPECT_EQ(stage.Do({.verb = Verb::kUsable}, LOCKSTEP_INVALID_PARAM),
              "contents")
        << at;
  }
}

TEST_F(Shadowed, DoesNotMindWhatHappensAroundABlock) {
  EXPECT_EQ(stage_.Allocate(0, 11, 0, 5000), "");
  stage_.ByteAt(4999) ^= std::byte{1};
  stage_.ByteAt(5011) ^= std::byte{1};
  EXPECT_EQ(stage_.Free(0), "");
}

TEST(Shadow, LooksAtABlockBeforeItIsFreed) {
  Stage stage(0, false, 1000);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Allocate(0, 11, 0, 5000), "");
  stage.ByteAt(5000) ^= std::byte{1};
  EXPECT_EQ(stage.Usable(1, 1, 1), "");
  EXPECT_EQ(stage.Free(0), "contents");
}

TEST_F(Shadowed, KnowsWhichErrorsAreWhose) {
  EXPECT_EQ(stage_.Refuse(1, 0, LOCKSTEP_NO_MEMORY), "");
  EXPECT_EQ(stage_.Refuse(1, 0, LOCKSTEP_INVALID_PARAM), "");
  EXPECT_EQ(stage_.Refuse(1, 0, LOCKSTEP_MEMORY_OVERLAP), "status");
  EXPECT_EQ(stage_.Refuse(1, 0, LOCKSTEP_NOT_ALLOCATED), "status");
  EXPECT_EQ(stage_.Refuse(1, 0, -1), "status");
  EXPECT_EQ(stage_.Refuse(1, 0, 5), "status");
  EXPECT_EQ(stage_.Free(0, LOCKSTEP_NO_MEMORY), "");  // Skipped.
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
  EXPECT_EQ(stage_.Free(0, LOCKSTEP_NO_MEMORY), "status");
  EXPECT_EQ(stage_.Free(0, LOCKSTEP_MEMORY_OVERLAP), "status");
  EXPECT_EQ(stage_.Add(0, 64, LOCKSTEP_NOT_ALLOCATED), "status");
  EXPECT_EQ(stage_.Usable(1, 1, 1, LOCKSTEP_NO_MEMORY), "status");
}

TEST_F(Shadowed, NullIsNoBlock) {
  stage_.puppet().block = nullptr;
  EXPECT_EQ(stage_.Do({.verb = Verb::kAllocate, .bytes = 1}, LOCKSTEP_OK),
            "status");
}

TEST_F(Shadowed, UsableIsAtLeastWhatWasAskedFor) {
  EXPECT_EQ(stage_.Usable(8, 8, 8), "");
  EXPECT_EQ(stage_.Usable(8, 9, 16), "");
  EXPECT_EQ(stage_.Usable(8, 7, 8), "usable");
  EXPECT_EQ(stage_.Usable(8, 9, 8), "usable");
}

TEST_F(Shadowed, FreeOfALiveBlockIsAccepted) {
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
  EXPECT_EQ(stage_.Free(0, LOCKSTEP_NOT_ALLOCATED), "accepted");
}

TEST_F(Shadowed, MisuseIsDetected) {
  EXPECT_EQ(stage_.Allocate(0, 8, 3, 4096), "");
  const Op misuses[] = {
      {.verb = Verb::kFreeNull},
      {.verb = Verb::kFreeForeign, .offset = 8192},
      {.verb = Verb::kFreeInside, .offset = 7},
      {.verb = Verb::kFreeOtherLayout, .align_log2 = 13},
      {.verb = Verb::kFreeOtherLayout, .bytes = 4097},
      {.verb = Verb::kInit, .bytes = 4096},
  };
  for (const Op& op : misuses) {
    EXPECT_EQ(stage_.Do(op, LOCKSTEP_INVALID_PARAM), "");
    EXPECT_FALSE(stage_.WasSkipped());
  }
  for (const Op& op : misuses) {
    Stage stage(kDetectsAll);
    EXPECT_EQ(stage.Init(4096, 4096), "");
    EXPECT_EQ(stage.Allocate(0, 8, 3, 4096), "");
    EXPECT_EQ(stage.Do(op, LOCKSTEP_OK), "detected");
  }
}

TEST_F(Shadowed, WhatIsNoMisuseIsNotTriedAsOne) {
  EXPECT_EQ(stage_.Allocate(0, 8, 3, 4096), "");
  const Op harmless[] = {
      {.verb = Verb::kFreeForeign, .offset = 8191},
      {.verb = Verb::kFreeForeign, .offset = Stage::kArenaBytes},
      {.verb = Verb::kFreeInside, .offset = 0},
      {.verb = Verb::kFreeInside, .offset = 8},
      {.verb = Verb::kFreeOtherLayout, .align_log2 = 12},
      {.verb = Verb::kFreeOtherLayout, .bytes = 4096},
      {.verb = Verb::kFreeAgain},
  };
  for (const Op& op : harmless) {
    EXPECT_EQ(stage_.Do(op, LOCKSTEP_OK), "");
    EXPECT_TRUE(stage_.WasSkipped());
  }
}

TEST_F(Shadowed, SecondFreeIsDetectedUntilMemoryIsHandedOut) {
  const Op again{.verb = Verb::kFreeAgain};
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
  EXPECT_EQ(stage_.Allocate(1, 8, 0, 4104), "");
  EXPECT_EQ(stage_.Free(0), "");
  EXPECT_EQ(stage_.Free(1), "");
  EXPECT_EQ(stage_.Do(again, LOCKSTEP_NOT_ALLOCATED), "");
  EXPECT_FALSE(stage_.WasSkipped());
  EXPECT_EQ(stage_.Allocate(2, 8, 0, 4096), "");
  EXPECT_EQ(stage_.Do(again, LOCKSTEP_OK), "");
  EXPECT_TRUE(stage_.WasSkipped());
}

}  // namespace
}  // namespace lockstep::suite
