// Where objects go, when slabs come, and when they go back.

#include <cstddef>
#include <span>
#include <vector>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"

namespace lockstep::placement_test {
namespace {

using Placement = Family;

TEST_F(Placement, FillsAFreshSlabFromItsLowestSlot) {
  Fill(2 * kSlots);
  for (std::size_t i = 0; i < boxes_.size(); ++i) {
    EXPECT_EQ(PlaceOf(boxes_[i].get()), i / kSlots) << i;
    EXPECT_EQ(SlotOf(boxes_[i].get()), i % kSlots) << i;
  }
  EXPECT_EQ(yard_.Journal(), "+1");
}

TEST_F(Placement, TakesTheSlotThatWasFreedLast) {
  Fill(4);
  Point* const first = boxes_[1].get();
  Point* const second = boxes_[3].get();
  (void)boxes_[1].Free();
  (void)boxes_[3].Free();
  EXPECT_EQ(cache_.Allocate()->get(), second) << "and it is free again";
  const auto box = cache_.Allocate().value();
  EXPECT_EQ(box.get(), second);
  EXPECT_EQ(cache_.Allocate()->get(), first);
}

TEST_F(Placement, PrefersTheSlabThatLastWentFromFullToPartial) {
  Fill(3 * kSlots);
  (void)boxes_[0].Free();
  (void)boxes_[2 * kSlots].Free();
  (void)boxes_[kSlots].Free();
  (void)boxes_[1].Free();
  std::vector<std::size_t> places;
  for (int i = 0; i < 4; ++i) {
    boxes_.push_back(cache_.Allocate().value());
    places.push_back(PlaceOf(boxes_.back().get()));
  }
  EXPECT_EQ(places, (std::vector<std::size_t>{1, 2, 0, 0}));
}

TEST_F(Placement, KeepsOneEmptySlaveInReserve) {
  Fill(3 * kSlots);
  EXPECT_EQ(yard_.Journal(), "+1 +2");
  boxes_.resize(2 * kSlots);
  EXPECT_EQ(cache_.ReadStatistics()->slabs, 3u);
  boxes_.resize(kSlots);
  EXPECT_EQ(yard_.Journal(), "-1");
  boxes_.clear();
  EXPECT_EQ(yard_.Journal(), "");
  EXPECT_EQ(cache_.ReadStatistics()->slabs, 2u);
}

TEST_F(Placement, DoesNotThrashAtTheEdge) {
  Fill(kSlots);
  for (int i = 0; i < 10; ++i) {
    Fill(1);
    EXPECT_EQ(PlaceOf(boxes_.back().get()), 1u);
    boxes_.pop_back();
  }
  EXPECT_EQ(yard_.Journal(), "+1");
}

TEST_F(Placement, TakesTheReserveOnlyWhenNoSlabIsPartial) {
  Fill(2 * kSlots);
  boxes_.resize(kSlots);
  (void)boxes_[0].Free();
  Fill(2);
  EXPECT_EQ(PlaceOf(boxes_[kSlots].get()), 0u);
  EXPECT_EQ(PlaceOf(boxes_[kSlots + 1].get()), 1u);
}

TEST_F(Placement, TrimGivesBackTheReserveAndNoMore) {
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  Fill(kSlots + 1);
  EXPECT_EQ(yard_.Journal(), "+1");
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "") << "it is in use";
  boxes_.pop_back();
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-1");
  EXPECT_EQ(cache_.ReadStatistics()->slabs, 1u);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Placement, OfManyIsThatOfOneAfterTheOther) {
  Fill(3);
  (void)boxes_[1].Free();
  std::vector<PointBox> many(2 * kSlots);
  EXPECT_EQ(cache_.AllocateMany(many), CacheResult<void>());
  EXPECT_EQ(SlotOf(many[0].get()), 1u);
  EXPECT_EQ(SlotOf(many[1].get()), 3u);
  EXPECT_EQ(PlaceOf(many[kSlots - 2].get()), 1u);
  EXPECT_EQ(PlaceOf(many.back().get()), 2u);
  EXPECT_EQ(yard_.Journal(), "+1 +2");
  EXPECT_EQ(cache_.Audit(), nullptr);
  EXPECT_EQ(cache_.FreeMany(many), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "-2");
}

TEST_F(Placement, StatisticsCountSlabsSlotsObjectsAndRefusals) {
  Fill(kSlots + 1);
  yard_.faults().refuse = 1;
  Fill(kSlots - 1);
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kOutOfMemory);
  yard_.faults().misalign = 1;
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kAlignmentMismatch);
  const auto statistics = cache_.ReadStatistics();
  EXPECT_EQ(statistics->slabs, 2u);
  EXPECT_EQ(statistics->slots, 2 * kSlots);
  EXPECT_EQ(statistics->live_objects, 2 * kSlots);
  EXPECT_EQ(statistics->refusals, 2u);
}

}  // namespace
}  // namespace lockstep::placement_test
