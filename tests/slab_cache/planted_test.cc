// What the operations say of faults planted behind the cache's back, where
// every seal is right, so that only what they contradict gives them away.

#include "tests/slab_cache/planted.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/base/platform.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_family.h"
#include "allocator/objects/slab_take.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::planted_test {
namespace {

using Faults = Planted;

TEST_F(Faults, OfTheMastersSealStopWhatOnlyReadsOrCounts) {
  Master().handles ^= 1;
  ExpectFatal([this] { return OutcomeOf(cache_.Attach()); });
  ExpectFatal([this] { return OutcomeOf(cache_.ReadStatistics()); });
  ExpectFatal([this] { return cache_.Trim(); });
}

TEST_F(Faults, OfASlabsOwnSealStopFree) {
  Break(Partial().live);
  Point* const point = SlotAt(&Partial(), 0);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
}

TEST_F(Faults, OfBitsThatContradictEachOtherStopFree) {
  Plant([this] { *reinterpret_cast<std::uint32_t*>(&Partial() + 1) ^= 1; });
  Point* const point = SlotAt(&Partial(), 0);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
}

TEST_F(Faults, OfNoHandleStopsDetach) {
  Plant([this] { Master().handles = 0; });
  ExpectFatal([this] { return cache_.Detach(); });
}

TEST_F(Faults, OfTheMastersSealDoNotStopWhatDoesNotReadTheBooks) {
  Break(Master().refusals);
  EXPECT_EQ(boxes_[0].Free(), CacheResult<void>());
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), CacheResult<void>());
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
  Break(Master().refusals);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfTheLinkToThePartialSlabsStopWhatReadsIt) {
  Break(Master().partial);
  ExpectNoAllocation();
  Point* const point = boxes_[0].release();
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
  std::array<PointBox, 2> many;
  ExpectFatal([&, this] { return cache_.AllocateMany(many); });
  ExpectFatal([this] { return OutcomeOf(cache_.Attach()); });
}

// It is handed to who becomes the first, and a partial slab is not linked again.
TEST_F(Faults, OfTheLinkToThePartialSlabsDoNotStopAFreeThatMovesNoSlab) {
  Break(Master().partial);
  EXPECT_EQ(boxes_[2 * kSlots].Free(), CacheResult<void>());
  Break(Master().partial);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfThePartialSlabsStopAllocateMany) {
  ASSERT_EQ(boxes_[0].Free(), CacheResult<void>());
  std::array<PointBox, 2> many;
  Break(Partial().live);
  ExpectFatal([&, this] { return cache_.AllocateMany(many); });
  Break(Partial().live);
  Break(Master().next);
  ExpectFatal([&, this] { return cache_.AllocateMany(many); });
  Break(Master().next);
  Plant([this] { Master().live = Number(kSlots); });
  ExpectFatal([&, this] { return cache_.AllocateMany(many); });
  Plant([this] { Master().live = Number(kSlots - 1); });
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfAnySlabStopStatistics) {
  Break(Reserve().live);
  ExpectFatal([this] { return OutcomeOf(cache_.ReadStatistics()); });
  Break(Reserve().live);
  Break(Full().next_of_all);
  ExpectFatal([this] { return OutcomeOf(cache_.ReadStatistics()); });
}

TEST_F(Faults, OfTheLinksOfTheReserveStopWhatMayRetireIt) {
  Break(Reserve().previous_of_all);
  ExpectFatal([this] { return cache_.Trim(); });
  ExpectFatal([this] { return cache_.Detach(); });
  Break(Reserve().previous_of_all);
  Break(Reserve().next_of_all);
  ExpectFatal([this] { return cache_.Trim(); });
}

// The sentinel of its slab says that the master is right, and the free believes
// nothing of it that says so again.
TEST_F(Faults, OfTheMastersSentinelDoNotStopAFreeInASlave) {
  Break(Master().sentinel);
  EXPECT_EQ(boxes_[kSlots].Free(), CacheResult<void>());
  ExpectFatal([this] { return cache_.Trim(); });
  Break(Master().sentinel);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfAnotherFamilysMasterAreNotReadByFreeMany) {
  auto other = PointCache::Create(YardProvider{&yard_}).value();
  std::vector<PointBox> boxes(kSlots + 1);
  ASSERT_EQ(other.AllocateMany(boxes), CacheResult<void>());
  yard_.Journal();
  PointSlab& master = HeaderAt(4);
  master.sentinel ^= 1;
  PointBox box = PointBox::FromRaw(boxes.back().release());
  EXPECT_EQ(cache_.FreeMany(std::span(&box, 1)), kInvalidPointer);
  master.sentinel ^= 1;
}

TEST_F(Faults, OfASoundSlabOfAnotherFamilyStopAllocate) {
  auto other = PointCache::Create(YardProvider{&yard_}).value();
  std::vector<PointBox> boxes(kSlots + 1);
  ASSERT_EQ(other.AllocateMany(boxes), CacheResult<void>());
  yard_.Journal();
  Plant([this] { Master().partial = Link(&HeaderAt(5)); });
  ExpectNoAllocation();
}

TEST_F(Faults, OfAFirstFreeSlotThatDoesNotExistStopAllocate) {
  Plant([this] { Partial().first_free = Number(kSlots); });
  ExpectNoAllocation();
  Plant([this] {
    PlantASlotBehindTheLast(Partial());
    Partial().live = Number(kSlots - 1);
  });
  ExpectNoAllocation();
  Plant([this] { Partial().first_free = Number(kNoSlot); });
  ExpectNoAllocation();
}

// The link becomes the first free slot, and is believed no sooner.
TEST_F(Faults, OfALinkToALiveSlotStopTheAllocateThatFollowsIt) {
  Plant([this] { PlantLink(Partial(), Partial().first_free.Value(), 0); });
  (void)cache_.Allocate()->release();
  ExpectNoAllocation();
}

// They are looked at once more before a fresh slab is linked.
TEST_F(Faults, OfTheBooksStopTheFirstObjectOfAFreshOne) {
  std::array<PointBox, kSlots - 2> rest;
  ASSERT_EQ(cache_.AllocateMany(rest), CacheResult<void>());
  for (PointBox& box : rest) (void)box.release();
  ASSERT_EQ(cache_.Trim(), CacheResult<void>());
  yard_.Journal();
  yard_.meanwhile() = [this] { Break(Master().refusals); };
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kFatalError);
  EXPECT_EQ(yard_.Journal(), "+3 -3");
}

TEST_F(Faults, OfItsLinkStopAllocateOfALastSlot) {
  while (!Partial().HasOneFree()) (void)cache_.Allocate()->release();
  Break(Partial().next);
  ExpectNoAllocation();
  Break(Partial().next);
}

// Nothing in it is read.
TEST_F(Faults, OfAFullSlabDoNotStopAllocateOfALastSlot) {
  while (!Partial().HasOneFree()) (void)cache_.Allocate()->release();
  Break(Full().live);
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), CacheResult<void>());
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
  Break(Full().live);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfALinkToASlotThatDoesNotExistStopTheAllocateThatFollowsIt) {
  Plant([this] { PlantLink(Partial(), Partial().first_free.Value(), kSlots); });
  (void)cache_.Allocate()->release();
  ExpectNoAllocation();
}

TEST_F(Faults, OfALinkStopAllocateOfTheSlotThatHoldsIt) {
  Plant([this] {
    void* const link = SlotAt(&Partial(), Partial().first_free.Value());
    Unpoison(link, sizeof(std::uint32_t));
    Break(*static_cast<std::uint32_t*>(link));
  });
  ExpectNoAllocation();
}

TEST_F(Faults, OfAListThatEndsTooSoonStopAllocate) {
  Plant(
      [this] { PlantLink(Partial(), Partial().first_free.Value(), kNoSlot); });
  ExpectNoAllocation();
}

TEST_F(Faults, OfALastSlotThatLinksToAnotherStopAllocate) {
  Plant([this] { Partial().live = Number(kSlots - 1); });
  ExpectNoAllocation();
}

// Nothing of them is to be changed.
TEST_F(Faults, OfAFullSlabDoNotStopAllocateFromAnother) {
  Break(Full().live);
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), CacheResult<void>());
}

TEST_F(Faults, OfANeighbourDoNotStopAFreeThatMovesNoSlab) {
  ASSERT_EQ(boxes_[kSlots].Free(), CacheResult<void>());  // Full moved.
  Break(Partial().live);
  EXPECT_EQ(boxes_[kSlots + 1].Free(), CacheResult<void>());
}

// They are written, and not read.
TEST_F(Faults, OfItsLinksDoNotStopTheFreeThatMakesItPartial) {
  Break(Full().next);
  EXPECT_EQ(boxes_[kSlots].Free(), CacheResult<void>());
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfItsLinksStopTheLastFreeOfASlave) {
  for (std::size_t i = 1; i < kSlots; ++i) {
    ASSERT_EQ(boxes_[kSlots + i].Free(), CacheResult<void>());
  }
  Point* const last = boxes_[kSlots].release();
  for (Link* const link : {&Full().next, &Full().previous, &Full().next_of_all,
                           &Full().previous_of_all}) {
    Break(*link);
    ExpectFatal([last] { return PointBox::FromRaw(last).Free(); });
    Break(*link);
  }
}

TEST_F(Faults, OfTheBooksStopTheLastFreeOfASlave) {
  for (std::size_t i = 1; i < kSlots; ++i) {
    ASSERT_EQ(boxes_[kSlots + i].Free(), CacheResult<void>());
  }
  Point* const last = boxes_[kSlots].release();
  Break(Master().handles);
  ExpectFatal([last] { return PointBox::FromRaw(last).Free(); });
  Break(Master().handles);
  Break(Master().live);
  ExpectFatal([last] { return PointBox::FromRaw(last).Free(); });
}

TEST_F(Faults, OfTheFirstFreeSlotStopAFree) {
  Point* const point = SlotAt(&Partial(), 0);
  Break(Partial().first_free);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
}

TEST_F(Faults, OfASlabThatHasNoLiveSlotStopAFree) {
  Plant([this] { Partial().live = Number(0); });
  Point* const point = SlotAt(&Partial(), 0);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
}

TEST_F(Faults, OfANeighbourDoNotStopTheLastFreeOfTheMaster) {
  for (std::size_t i = 1; i < kSlots; ++i) {
    ASSERT_EQ(boxes_[i].Free(), CacheResult<void>());
  }
  Break(Partial().live);
  EXPECT_EQ(boxes_[0].Free(), CacheResult<void>());
}

TEST_F(Faults, OfAFamilyWithoutAFreeSlotGiveNone) {
  Plant([this] {
    Master().partial = Link();
    Master().reserve = nullptr;
  });
  ExpectFatal([this] {
    slab_family::Queue<PointSlab> none;
    return OutcomeOf(slab_family::Take(Master(), none));
  });
}

}  // namespace
}  // namespace lockstep::planted_test
