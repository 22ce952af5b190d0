// What the shadow holds of statistics.

#include <cstddef>
#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/shadow/shadow.h"
#include "tests/models/puppet.h"

namespace lockstep::suite {
namespace {

// A region of 4096 bytes, counted as such.
class Counted : public testing::Test {
 protected:
  Counted() {
    Count(4096, 0);
    EXPECT_EQ(stage_.Init(4096, 4096), "");
  }

  // From the next operation on.
  void Count(std::size_t total, std::size_t used, std::size_t requested = 0) {
    stage_.puppet().statistics = {total, used, total - used, requested};
  }

  Stage stage_{LOCKSTEP_DETECTS_NULL, true};
};

TEST_F(Counted, UsedAndAvailableMakeTheTotal) {
  stage_.puppet().statistics = {4096, 64, 4031, 0};
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "conserved");
}

TEST_F(Counted, TotalCannotBeMadeUpByWrapping) {
  stage_.puppet().statistics = {4096, 4097, static_cast<std::size_t>(-1), 0};
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "conserved");
}

TEST_F(Counted, RegionAddsAtMostItself) {
  Count(4096 + 64, 0);
  EXPECT_EQ(stage_.Add(8192, 64), "");
  Count(4096 + 64 + 65, 0);
  EXPECT_EQ(stage_.Add(16384, 64), "conserved");
}

TEST_F(Counted, RegionAddsSomething) {
  EXPECT_EQ(stage_.Add(8192, 64), "conserved");
}

TEST_F(Counted, RegionUsesNothing) {
  Count(4096 + 64, 1);
  EXPECT_EQ(stage_.Add(8192, 64), "conserved");
}

TEST_F(Counted, BlockUsesAtLeastItself) {
  Count(4096, 8);
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
  Count(4096, 15);
  EXPECT_EQ(stage_.Allocate(1, 8, 0, 4104), "conserved");
}

TEST_F(Counted, BlockOfASlabMayRaiseTheTotal) {
  Count(8192, 4096 + 64);
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
}

TEST_F(Counted, BlockCannotComeFromMoreTotalAlone) {
  Count(8192, 4096);
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "conserved");
}

TEST_F(Counted, FreeGivesBackAtLeastTheBlock) {
  Count(4096, 64);
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
  Count(4096, 57);
  EXPECT_EQ(stage_.Free(0), "conserved");
}

TEST_F(Counted, QueryChangesNothing) {
  EXPECT_EQ(stage_.Usable(8, 8, 8), "");
  Count(4096, 1);
  EXPECT_EQ(stage_.Usable(8, 8, 8), "unchanged");
}

TEST_F(Counted, RefusalChangesNothing) {
  Count(4096, 1);
  EXPECT_EQ(stage_.Refuse(8192, 0), "unchanged");
}

TEST_F(Counted, DetectedMisuseChangesNothing) {
  Count(4095, 0);
  EXPECT_EQ(stage_.Do({.verb = Verb::kFreeNull}, LOCKSTEP_INVALID_PARAM),
            "unchanged");
}

TEST(ShadowOfStatistics, CountsRequestedBytesExactly) {
  Stage stage(LOCKSTEP_COUNTS_REQUESTED, true);
  stage.puppet().statistics = {4096, 0, 4096, 0};
  EXPECT_EQ(stage.Init(4096, 4096), "");
  stage.puppet().statistics = {4096, 16, 4080, 9};
  EXPECT_EQ(stage.Allocate(0, 9, 0, 4096), "");
  stage.puppet().statistics = {4096, 32, 4064, 19};
  EXPECT_EQ(stage.Allocate(1, 9, 0, 4112), "conserved");
}

TEST_F(Counted, RequestedBytesOfWhoDoesNotCountThemDoNotMatter) {
  Count(4096, 8, 12345);
  EXPECT_EQ(stage_.Allocate(0, 8, 0, 4096), "");
}

}  // namespace
}  // namespace lockstep::suite
