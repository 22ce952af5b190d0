// Handles: who shares a family, and in which order its slabs go back.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"

namespace lockstep::handle_test {
namespace {

using Handle = Family;

TEST_F(Handle, OfACopySharesTheFamily) {
  PointCache copy = cache_;
  boxes_.push_back(copy.Allocate().value());
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 1u);
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  EXPECT_EQ(copy.ReadStatistics()->live_objects, 1u);
  EXPECT_EQ(yard_.Journal(), "");
}

TEST_F(Handle, ThatWasMovedFromRefersToNoFamily) {
  const PointCache target = std::move(cache_);
  EXPECT_EQ(target.ReadStatistics()->slabs, 1u);
  // NOLINTBEGIN(bugprone-use-after-move): that is the claim.
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kInvalidPointer);
  EXPECT_EQ(cache_.AllocateMany(boxes_), kInvalidPointer);
  EXPECT_EQ(cache_.FreeMany(boxes_), kInvalidPointer);
  EXPECT_EQ(OutcomeOf(cache_.Attach()), kInvalidPointer);
  EXPECT_EQ(cache_.Detach(), kInvalidPointer);
  EXPECT_EQ(cache_.Trim(), kInvalidPointer);
  EXPECT_EQ(OutcomeOf(cache_.ReadStatistics()), kInvalidPointer);
  EXPECT_EQ(cache_.Audit(), nullptr);
  const PointCache copy = cache_;
  // NOLINTEND(bugprone-use-after-move)
  EXPECT_EQ(OutcomeOf(copy.Attach()), kInvalidPointer);
}

TEST_F(Handle, ThatIsAssignedLeavesItsFormerFamily) {
  cache_ = PointCache::Create(YardProvider{&yard_}).value();
  EXPECT_EQ(yard_.Journal(), "+1 -0");
  PointCache& same = cache_;
  cache_ = same;
  EXPECT_EQ(yard_.Journal(), "");
  EXPECT_EQ(cache_.ReadStatistics()->slabs, 1u);
}

TEST_F(Handle, IsCountedByAttachAndDetach) {
  PointCache second = cache_.Attach().value();
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "");
  EXPECT_EQ(second.Detach(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-0");
  EXPECT_EQ(second.Detach(), kInvalidPointer);
}

TEST_F(Handle, ThatIsTheLastLeavesTheMasterToTheLastObject) {
  Fill(2);
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  EXPECT_EQ(boxes_[0].Free(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "");
  EXPECT_EQ(boxes_[1].Free(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-0");
}

TEST_F(Handle, ThatIsTheLastGivesBackTheReserve) {
  Fill(kSlots + 1);
  boxes_.pop_back();
  EXPECT_EQ(yard_.Journal(), "+1");
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-1");
  boxes_.clear();
  EXPECT_EQ(yard_.Journal(), "-0");
}

TEST_F(Handle, ThatIsTheLastGivesBackReserveAndMasterInThisOrder) {
  Fill(kSlots + 1);
  boxes_.clear();
  EXPECT_EQ(yard_.Journal(), "+1");
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-1 -0");
}

TEST_F(Handle, OnceGoneLeavesNothingToReserve) {
  Fill(3 * kSlots);
  EXPECT_EQ(yard_.Journal(), "+1 +2");
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  // The master's objects first: it waits for the others.
  for (std::size_t i = 0; i < kSlots; ++i) (void)boxes_[i].Free();
  EXPECT_EQ(yard_.Journal(), "");
  for (std::size_t i = 2 * kSlots; i < 3 * kSlots; ++i) (void)boxes_[i].Free();
  EXPECT_EQ(yard_.Journal(), "-2");
  for (std::size_t i = kSlots; i < 2 * kSlots; ++i) (void)boxes_[i].Free();
  EXPECT_EQ(yard_.Journal(), "-1 -0");
}

// What cannot return an error ends the program, with a name: see assert.h.
class HandleDeathTest : public Family {
 protected:
  void Corrupt() { static_cast<PointSlab*>(yard_.place(0))->handles ^= 1; }
};

TEST_F(HandleDeathTest, OfACorruptFamilyCannotBeCopied) {
  Corrupt();
  EXPECT_DEATH(
      { const PointCache copy = cache_; },
      "not so: a handle that is copied has a sound master");
  EXPECT_EQ(OutcomeOf(cache_.Attach()), kFatalError);
  Corrupt();
}

TEST_F(HandleDeathTest, OfACorruptFamilyCannotBeDropped) {
  Corrupt();
  EXPECT_DEATH(
      { const PointCache dropped = std::move(cache_); },
      "not so: a handle that is dropped can be detached");
  EXPECT_EQ(cache_.Detach(), kFatalError);
  Corrupt();
}

TEST_F(Handle, MayBeOwnedByAnObjectOfTheFamily) {
  struct Node {
    std::uint32_t name = 0;
    std::shared_ptr<void> keeps;
  };
  using Cache = SlabCache<Node, NoLock, kFamilySlabBytes, YardProvider>;
  auto nodes = Cache::Create(YardProvider{&yard_}).value();
  auto box = nodes.Allocate().value();
  box->keeps = std::make_shared<Cache>(std::move(nodes));
  EXPECT_EQ(yard_.Journal(), "+1");
  EXPECT_EQ(box.Free(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-1");
}

}  // namespace
}  // namespace lockstep::handle_test
