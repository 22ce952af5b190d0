// What a system makes of a change of size with a layout that the block does not
// have: of a port that answers what it is told to.

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/system.h"
#include "tests/models/puppet.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMostOfPuppet = 1000;

// A block of 100 bytes, aligned to 16, in slot 3.
class SystemOfOtherLayouts : public testing::Test {
 protected:
  SystemOfOtherLayouts() {
    Puppet::Only() = Puppet{};
    port_.max_request_bytes = kMostOfPuppet;
    Begin();
  }

  void Begin() {
    system_.Begin({4096, 4096});
    Puppet::Only().block = system_.arena().At(256);
    for (const Op& op :
         {Op{.verb = Verb::kInit, .bytes = 4096}, Op{.verb = Verb::kAllocate,
                                                     .align_log2 = 4,
                                                     .slot = 3,
                                                     .bytes = 100}}) {
      const auto call = system_.Resolve(op, 0);
      ASSERT_TRUE(call);
      EXPECT_EQ(system_.Perform(*call).status, Status::kOk);
    }
  }
  bool IsTried(const Op& op) { return system_.Resolve(op, 0).has_value(); }

  lockstep_port port_ = Puppet::Table(LOCKSTEP_DETECTS_OTHER_LAYOUT);
  System system_{port_};
  // As one of 1000 bytes, to become one of 50.
  const Op reallocate_{.verb = Verb::kReallocateOtherLayout,
                       .align_log2 = 1,
                       .slot = 3,
                       .bytes = 1000,
                       .offset = 50};
  const Op resize_{.verb = Verb::kResizeOtherLayout,
                   .align_log2 = 1,
                   .slot = 3,
                   .bytes = 1000,
                   .offset = 50};
};

TEST_F(SystemOfOtherLayouts, PassesOnWhatIsClaimed) {
  for (const Op& op : {reallocate_, resize_}) {
    const auto call = system_.Resolve(op, 7);
    ASSERT_TRUE(call);
    EXPECT_EQ(call->pointer, system_.arena().At(256));
    EXPECT_EQ(call->offset, 256u);
    EXPECT_EQ(call->held_bytes, 1000u);
    EXPECT_EQ(call->held_align_bytes, 2u);
    EXPECT_EQ(call->bytes, 50u);
    EXPECT_EQ(call->align_bytes, 2u);
  }
}

TEST_F(SystemOfOtherLayouts, KeepTheAlignOfTheBlockWhereItMayChange) {
  port_.capabilities |= LOCKSTEP_REALLOCATES_ALIGN;
  const auto moved = system_.Resolve(reallocate_, 7);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->held_align_bytes, 2u);
  EXPECT_EQ(moved->align_bytes, 16u);
}

TEST_F(SystemOfOtherLayouts,
       AreNotTriedOnPortsThatPromisedBeforeTheyWereMeant) {
  port_.version = 2;
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_FALSE(IsTried(resize_));
}

TEST_F(SystemOfOtherLayouts, KeepsTheBlockEvenIfItIsNotRefused) {
  const System::Slot before = system_.slots()[3];
  for (const Op& op : {reallocate_, resize_}) {
    EXPECT_EQ(system_.Perform(*system_.Resolve(op, 0)).status, Status::kOk);
    EXPECT_TRUE(system_.IsLive(3));
    EXPECT_EQ(system_.slots()[3].offset, before.offset);
    EXPECT_EQ(system_.slots()[3].bytes, before.bytes);
    EXPECT_EQ(system_.slots()[3].align_log2, before.align_log2);
  }
}

TEST_F(SystemOfOtherLayouts, AreNotTriedWhereTheyAreNotPromised) {
  port_.capabilities = LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT;
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_FALSE(IsTried(resize_));
  port_.capabilities = LOCKSTEP_DETECTS_OTHER_LAYOUT;
  EXPECT_TRUE(IsTried(reallocate_));
  port_.reallocate = nullptr;
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_TRUE(IsTried(resize_));
  port_.resize = nullptr;
  EXPECT_FALSE(IsTried(resize_));
}

TEST_F(SystemOfOtherLayouts, HaveASizeAndAlignsThatThePortTakes) {
  Op large = resize_;
  large.offset = kMostOfPuppet;
  EXPECT_TRUE(IsTried(large));
  ++large.offset;
  EXPECT_FALSE(IsTried(large));
  // Both that of the block and the one that is claimed.
  port_.max_reallocate_align = 16;
  Op aligned = resize_;
  aligned.align_log2 = 4;
  EXPECT_TRUE(IsTried(aligned));
  aligned.align_log2 = 5;
  EXPECT_FALSE(IsTried(aligned));
  port_.max_reallocate_align = 8;
  EXPECT_FALSE(IsTried(resize_));
}

TEST_F(SystemOfOtherLayouts, ReallocateToNoBytesWhereThatIsPromised) {
  Op reallocate = reallocate_;
  Op resize = resize_;
  reallocate.offset = resize.offset = 0;
  EXPECT_FALSE(IsTried(reallocate));
  EXPECT_TRUE(IsTried(resize));
  port_.capabilities |= LOCKSTEP_REALLOCATES_TO_ZERO;
  EXPECT_TRUE(IsTried(reallocate));
}

TEST_F(SystemOfOtherLayouts, HaveABlockThatIsLive) {
  Op other = reallocate_;
  other.slot = 2;
  EXPECT_FALSE(IsTried(other));
  other.slot = 4;
  EXPECT_FALSE(IsTried(other));
}

TEST_F(SystemOfOtherLayouts, EndACopyOfTheProcessAtMostEightTimesInAll) {
  port_.capabilities = LOCKSTEP_DIES_OF_OTHER_LAYOUT;
  port_.reallocate = [](void*, void*, std::size_t, std::size_t, std::size_t,
                        std::size_t,
                        void**) -> lockstep_status { std::abort(); };
  for (int i = 0; i < 4; ++i) {
    for (const Op& op : {reallocate_, resize_}) {
      const auto call = system_.Resolve(op, 0);
      ASSERT_TRUE(call);
      const bool dies = op.verb == Verb::kReallocateOtherLayout;
      EXPECT_EQ(system_.Perform(*call).status,
                dies ? Status::kInvalidParam : Status::kOk);
    }
  }
  EXPECT_FALSE(IsTried(reallocate_));
  EXPECT_FALSE(IsTried(resize_));
  Begin();
  EXPECT_TRUE(IsTried(reallocate_));
}

}  // namespace
}  // namespace lockstep::suite
