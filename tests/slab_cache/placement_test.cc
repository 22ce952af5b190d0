// Where objects go, when slabs come, and when they go back.

#include <cstddef>
#include <span>
#include <vector>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"

namespace lockstep {
namespace {

using Placement = Family;

TEST_F(Placement, FillsAFreshSlabFromItsLowestSlot) {
  Fill(2 * kSlots);
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    EXPECT_EQ(PlaceOf(boxes[i].get()), i / kSlots) << i;
    EXPECT_EQ(SlotOf(boxes[i].get()), i % kSlots) << i;
  }
  EXPECT_EQ(yard.Journal(), "+1");
}

TEST_F(Placement, TakesTheSlotThatWasFreedLast) {
  Fill(4);
  Point* const first = boxes[1].get();
  Point* const second = boxes[3].get();
  (void)boxes[1].Free();
  (void)boxes[3].Free();
  EXPECT_EQ(cache.Allocate()->get(), second) << "and it is free again";
  const auto box = cache.Allocate().value();
  EXPECT_EQ(box.get(), second);
  EXPECT_EQ(cache.Allocate()->get(), first);
}

TEST_F(Placement, PrefersTheSlabThatLastWentFromFullToPartial) {
  Fill(3 * kSlots);
  (void)boxes[0].Free();
  (void)boxes[2 * kSlots].Free();
  (void)boxes[kSlots].Free();
  (void)boxes[1].Free();
  std::vector<std::size_t> places;
  for (int i = 0; i < 4; ++i) {
    boxes.push_back(cache.Allocate().value());
    places.push_back(PlaceOf(boxes.back().get()));
  }
  EXPECT_EQ(places, (std::vector<std::size_t>{1, 2, 0, 0}));
}

TEST_F(Placement, KeepsOneEmptySlaveInReserve) {
  Fill(3 * kSlots);
  EXPECT_EQ(yard.Journal(), "+1 +2");
  boxes.resize(2 * kSlots);
  EXPECT_EQ(cache.ReadStatistics()->slabs, 3u);
  boxes.resize(kSlots);
  EXPECT_EQ(yard.Journal(), "-1");
  boxes.clear();
  EXPECT_EQ(yard.Journal(), "");
  EXPECT_EQ(cache.ReadStatistics()->slabs, 2u);
}

TEST_F(Placement, DoesNotThrashAtTheEdge) {
  Fill(kSlots);
  for (int i = 0; i < 10; ++i) {
    Fill(1);
    EXPECT_EQ(PlaceOf(boxes.back().get()), 1u);
    boxes.pop_back();
  }
  EXPECT_EQ(yard.Journal(), "+1");
}

TEST_F(Placement, TakesTheReserveOnlyWhenNoSlabIsPartial) {
  Fill(2 * kSlots);
  boxes.resize(kSlots);
  (void)boxes[0].Free();
  Fill(2);
  EXPECT_EQ(PlaceOf(boxes[kSlots].get()), 0u);
  EXPECT_EQ(PlaceOf(boxes[kSlots + 1].get()), 1u);
}

TEST_F(Placement, TrimGivesBackTheReserveAndNoMore) {
  EXPECT_EQ(cache.Trim(), CacheResult<void>());
  Fill(kSlots + 1);
  EXPECT_EQ(yard.Journal(), "+1");
  EXPECT_EQ(cache.Trim(), CacheResult<void>());
  EXPECT_EQ(yard.Journal(), "") << "it is in use";
  boxes.pop_back();
  EXPECT_EQ(cache.Trim(), CacheResult<void>());
  EXPECT_EQ(cache.Trim(), CacheResult<void>());
  EXPECT_EQ(yard.Journal(), "-1");
  EXPECT_EQ(cache.ReadStatistics()->slabs, 1u);
  EXPECT_EQ(cache.Audit(), nullptr);
}

TEST_F(Placement, OfManyIsThatOfOneAfterTheOther) {
  Fill(3);
  (void)boxes[1].Free();
  std::vector<PointBox> many(2 * kSlots);
  EXPECT_EQ(cache.AllocateMany(many), CacheResult<void>());
  EXPECT_EQ(SlotOf(many[0].get()), 1u);
  EXPECT_EQ(SlotOf(many[1].get()), 3u);
  EXPECT_EQ(PlaceOf(many[kSlots - 2].get()), 1u);
  EXPECT_EQ(PlaceOf(many.back().get()), 2u);
  EXPECT_EQ(yard.Journal(), "+1 +2");
  EXPECT_EQ(cache.Audit(), nullptr);
  EXPECT_EQ(cache.FreeMany(many), CacheResult<void>());
  EXPECT_EQ(yard.Journal(), "-2");
}

TEST_F(Placement, StatisticsCountSlabsSlotsObjectsAndRefusals) {
  Fill(kSlots + 1);
  yard.faults().refuse = 1;
  Fill(kSlots - 1);
  EXPECT_EQ(OutcomeOf(cache.Allocate()), kOutOfMemory);
  yard.faults().misalign = 1;
  EXPECT_EQ(OutcomeOf(cache.Allocate()), kAlignmentMismatch);
  const auto statistics = cache.ReadStatistics();
  EXPECT_EQ(statistics->slabs, 2u);
  EXPECT_EQ(statistics->slots, 2 * kSlots);
  EXPECT_EQ(statistics->live_objects, 2 * kSlots);
  EXPECT_EQ(statistics->refusals, 2u);
}

}  // namespace
}  // namespace lockstep
