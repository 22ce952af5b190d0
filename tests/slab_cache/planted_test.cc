// What the operations say of faults planted behind the cache's back, where
// every seal is right, so that only what they contradict gives them away.

#include "tests/slab_cache/planted.h"

#include <array>
#include <bit>
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
#include "allocator/objects/slab_slots.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {
namespace {

class Faults : public Planted {
 protected:
  // And changes nothing.
  void ExpectFatal(const std::function<CacheResult<void>()>& operation) {
    const auto before = yard_.Take();
    EXPECT_EQ(operation(), kFatalError);
    EXPECT_TRUE(yard_.Take() == before);
    EXPECT_EQ(yard_.Journal(), "");
  }
  void ExpectNoAllocation() {
    ExpectFatal([this] { return OutcomeOf(cache_.Allocate()); });
  }
};

TEST_F(Faults, OfTheMastersSealStopWhatOnlyReadsOrCounts) {
  Master().live_objects ^= 1;
  ExpectFatal([this] { return OutcomeOf(cache_.Attach()); });
  ExpectFatal([this] { return OutcomeOf(cache_.ReadStatistics()); });
  ExpectFatal([this] { return cache_.Trim(); });
  ExpectNoAllocation();
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

TEST_F(Faults, OfAMasterThatIsNoneStopsFree) {
  Plant([this] {
    PointSlab& slab = Partial();
    slab.sentinel ^= std::rotl(AddressOf(slab.master), 7);
    slab.master = &Full();
    slab.sentinel ^= std::rotl(AddressOf(slab.master), 7);
  });
  Point* const point = SlotAt(&Partial(), 0);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
  // And is not merely another family's.
  PointBox box = PointBox::FromRaw(point);
  ExpectFatal([&, this] { return cache_.FreeMany(std::span(&box, 1)); });
}

TEST_F(Faults, OfAnotherFamilysMasterStopFreeMany) {
  auto other = PointCache::Create(YardProvider{&yard_}).value();
  std::vector<PointBox> boxes(kSlots + 1);
  ASSERT_EQ(other.AllocateMany(boxes), CacheResult<void>());
  yard_.Journal();
  PointSlab& master = HeaderAt(4);
  master.sentinel ^= 1;
  PointBox box = PointBox::FromRaw(boxes.back().release());
  ExpectFatal([&, this] { return cache_.FreeMany(std::span(&box, 1)); });
  master.sentinel ^= 1;
}

TEST_F(Faults, OfASoundSlabOfAnotherFamilyStopAllocate) {
  auto other = PointCache::Create(YardProvider{&yard_}).value();
  std::vector<PointBox> boxes(kSlots + 1);
  ASSERT_EQ(other.AllocateMany(boxes), CacheResult<void>());
  yard_.Journal();
  Plant([this] { Master().partial = &HeaderAt(5); });
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

TEST_F(Faults, OfALinkToALiveSlotStopAllocate) {
  Plant([this] { PlantLink(Partial(), ValueOf(Partial().first_free), 0); });
  ExpectNoAllocation();
}

// They are looked at once more before a fresh slab is linked.
TEST_F(Faults, OfTheBooksStopTheFirstObjectOfAFreshOne) {
  std::array<PointBox, kSlots - 2> rest;
  ASSERT_EQ(cache_.AllocateMany(rest), CacheResult<void>());
  for (PointBox& box : rest) (void)box.release();
  ASSERT_EQ(cache_.Trim(), CacheResult<void>());
  yard_.Journal();
  yard_.meanwhile() = [this] { Break(Master().full); };
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kFatalError);
  EXPECT_EQ(yard_.Journal(), "+3 -3");
}

TEST_F(Faults, OfItsLinksStopAllocateOfALastSlot) {
  while (ValueOf(Partial().live) + 1 < kSlots) {
    (void)cache_.Allocate()->release();
  }
  Break(Partial().next);
  ExpectNoAllocation();
  Break(Partial().next);
  Break(Partial().previous);
  ExpectNoAllocation();
}

// It is linked to the slab that this fills up, and nothing in it is read.
TEST_F(Faults, OfAFullSlabDoNotStopAllocateOfALastSlot) {
  while (ValueOf(Partial().live) + 1 < kSlots) {
    (void)cache_.Allocate()->release();
  }
  Break(Full().live);
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), CacheResult<void>());
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
  Break(Full().live);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Faults, OfALinkToASlotThatDoesNotExistStopAllocate) {
  Plant(
      [this] { PlantLink(Partial(), ValueOf(Partial().first_free), kSlots); });
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

TEST_F(Faults, OfItsLinksStopTheFreeThatMovesASlab) {
  Point* const point = boxes_[kSlots].release();
  Break(Full().next);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
  Break(Full().next);
  Break(Full().previous);
  ExpectFatal([point] { return PointBox::FromRaw(point).Free(); });
}

TEST_F(Faults, OfItsLinksStopTheLastFreeOfASlave) {
  for (std::size_t i = 1; i < kSlots; ++i) {
    ASSERT_EQ(boxes_[kSlots + i].Free(), CacheResult<void>());
  }
  Point* const last = boxes_[kSlots].release();
  Break(Full().next);
  ExpectFatal([last] { return PointBox::FromRaw(last).Free(); });
  Break(Full().next);
  Break(Full().previous);
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
  Plant([this] { Master().partial = Master().reserve = nullptr; });
  ExpectFatal([this] {
    slab_family::Queue<PointSlab> none;
    return OutcomeOf(slab_family::Take(Master(), none));
  });
}

}  // namespace
}  // namespace lockstep
