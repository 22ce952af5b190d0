// What the shadow holds of regions, and of requests that must fit.

#include <cstdint>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/shadow/shadow.h"
#include "tests/models/puppet.h"

namespace lockstep::suite {
namespace {

constexpr lockstep_capabilities kDetectsRegions =
    LOCKSTEP_DETECTS_OVERLAP | LOCKSTEP_DETECTS_BAD_REGION |
    LOCKSTEP_DETECTS_SECOND_INIT | LOCKSTEP_DETECTS_USE_BEFORE_INIT;

TEST(ShadowOfRegions, FirstMustBeAccepted) {
  for (const lockstep_status status :
       {LOCKSTEP_NO_MEMORY, LOCKSTEP_INVALID_PARAM, LOCKSTEP_MEMORY_OVERLAP}) {
    Stage stage(0);
    EXPECT_EQ(stage.Init(4096, 4096, status), "accepted");
  }
}

TEST(ShadowOfRegions, LaterOnesMayBeTooMany) {
  Stage stage(0);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Add(0, 64, LOCKSTEP_NO_MEMORY), "");
  EXPECT_EQ(stage.Add(0, 64, LOCKSTEP_INVALID_PARAM), "accepted");
  EXPECT_EQ(stage.Add(8192, 64, LOCKSTEP_MEMORY_OVERLAP), "accepted");
}

TEST(ShadowOfRegions, OverlapHasItsOwnError) {
  Stage stage(kDetectsRegions);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Add(8184, 16, LOCKSTEP_MEMORY_OVERLAP), "");
  EXPECT_EQ(stage.Add(8184, 16, LOCKSTEP_INVALID_PARAM), "status");
  EXPECT_EQ(stage.Add(0, 4104, LOCKSTEP_OK), "detected");
}

TEST(ShadowOfRegions, OnlyWholeUnitsOverlap) {
  Stage stage(kDetectsRegions);
  EXPECT_EQ(stage.Init(4096, 4100), "");
  EXPECT_EQ(stage.Add(8190, 26), "");
}

TEST(ShadowOfRegions, EmptyOnesAreDetected) {
  for (const std::uint64_t bytes : {0u, 7u, 14u}) {
    Stage stage(kDetectsRegions);
    EXPECT_EQ(stage.Init(4097, bytes, LOCKSTEP_INVALID_PARAM), "");
    EXPECT_EQ(stage.Init(4097, bytes), "detected") << bytes;
  }
}

TEST(ShadowOfRegions, OnesThatWrapAreDetected) {
  Stage stage(kDetectsRegions);
  EXPECT_EQ(stage.Init(4096, SIZE_MAX), "detected");
}

TEST(ShadowOfRegions, OnesThatLeaveTheArenaAreNotTried) {
  Stage stage(kDetectsRegions);
  EXPECT_EQ(stage.Init(4096, Stage::kArenaBytes), "");
  EXPECT_TRUE(stage.WasSkipped());
  EXPECT_EQ(stage.Init(Stage::kArenaBytes + 1, 0), "");
  EXPECT_TRUE(stage.WasSkipped());
}

TEST(ShadowOfRegions, UseBeforeInitIsDetected) {
  Stage stage(kDetectsRegions);
  EXPECT_EQ(stage.Refuse(8, 0, LOCKSTEP_INVALID_PARAM), "");
  EXPECT_FALSE(stage.WasSkipped());
  EXPECT_EQ(stage.Add(0, 64), "detected");
}

TEST(ShadowOfRegions, UseBeforeInitIsNotTriedOnWhoDoesNotDetectIt) {
  Stage stage(0);
  EXPECT_EQ(stage.Refuse(8, 0, LOCKSTEP_INVALID_PARAM), "");
  EXPECT_TRUE(stage.WasSkipped());
  EXPECT_EQ(stage.Add(0, 64), "");
  EXPECT_TRUE(stage.WasSkipped());
}

TEST(ShadowOfRequests, WhatWasJustFreedFitsAgain) {
  Stage stage(LOCKSTEP_FITS_AGAIN);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Allocate(0, 9, 3, 4096), "");
  EXPECT_EQ(stage.Free(0), "");
  EXPECT_EQ(stage.Refuse(8, 3), "");
  EXPECT_EQ(stage.Refuse(9, 2), "");
  EXPECT_EQ(stage.Refuse(9, 3), "refusal");
}

TEST(ShadowOfRequests, WhatWasFreedBeforeAnotherAllocationNeedNotFit) {
  Stage stage(LOCKSTEP_FITS_AGAIN);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Allocate(0, 9, 3, 4096), "");
  EXPECT_EQ(stage.Free(0), "");
  EXPECT_EQ(stage.Allocate(1, 1, 0, 4096), "");
  EXPECT_EQ(stage.Refuse(9, 3), "");
}

TEST(ShadowOfRequests, AnythingMayBeRefusedWithoutAPromise) {
  Stage stage(0);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Refuse(1, 0), "");
}

TEST(ShadowOfRequests, AFreeSpanIsServed) {
  Stage stage(LOCKSTEP_COALESCES);
  EXPECT_EQ(stage.Init(4096, 8192), "");
  EXPECT_EQ(stage.Refuse(4097, 0), "");  // 8192 at no multiple of it.
  EXPECT_EQ(stage.Refuse(1, 13), "");
  EXPECT_EQ(stage.Refuse(4096, 0), "refusal");
  EXPECT_EQ(stage.Refuse(1, 12), "refusal");
}

TEST(ShadowOfRequests, ASpanInUseIsNot) {
  Stage stage(LOCKSTEP_COALESCES);
  EXPECT_EQ(stage.Init(8192, 8192), "");
  EXPECT_EQ(stage.Allocate(0, 1, 0, 8192), "");
  EXPECT_EQ(stage.Refuse(4097, 0), "");
  EXPECT_EQ(stage.Refuse(4096, 0), "refusal");
  EXPECT_EQ(stage.Free(0), "");
  EXPECT_EQ(stage.Refuse(8192, 0), "refusal");
}

TEST(ShadowOfRequests, BlocksOfWhoCoalescesTakeTheirWholeSpan) {
  Stage stage(LOCKSTEP_COALESCES);
  EXPECT_EQ(stage.Init(8192, 8192), "");
  EXPECT_EQ(stage.Allocate(0, 33, 0, 8192), "");
  EXPECT_EQ(stage.Allocate(1, 1, 0, 8192 + 56), "disjoint");
}

TEST(ShadowOfRequests, NoSpanIsPromisedWhereRegionsTouch) {
  Stage stage(LOCKSTEP_COALESCES);
  EXPECT_EQ(stage.Init(4096, 4096), "");
  EXPECT_EQ(stage.Add(8192, 4096), "");
  EXPECT_EQ(stage.Refuse(8, 0), "");
  EXPECT_EQ(stage.Add(16384, 64), "");
  EXPECT_EQ(stage.Refuse(64, 0), "refusal");
}

}  // namespace
}  // namespace lockstep::suite
