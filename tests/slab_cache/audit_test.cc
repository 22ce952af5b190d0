// Audit's name for each fault, planted behind the cache's back.

#include <cstdint>
#include <functional>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_family.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/planted.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::audit_test {
namespace {

class Audited : public Planted {
 protected:
  void ExpectName(const char* name, const std::function<void()>& fault) {
    Plant(fault);
    EXPECT_STREQ(cache_.Audit(), name);
  }
};

TEST_F(Audited, SentinelOfAnySlab) {
  ExpectName("slab_cache.sentinel", [this] { Partial().sentinel ^= 1; });
}

TEST_F(Audited, SealOfAnySlab) {
  Break(Reserve().live);
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
  Break(Reserve().live);
  Break(Full().first_free);
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
  Break(Full().first_free);
  Break(Partial().next);
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
  Break(Partial().next);
  Break(Full().previous);
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
}

TEST_F(Audited, WithoutTheLock) {
  EXPECT_EQ(cache_.AuditAlone(), nullptr);
  Break(Reserve().live);
  EXPECT_STREQ(cache_.AuditAlone(), "slab_cache.seal");
}

TEST_F(Audited, SealOfTheBooks) {
  ++Master().refusals;
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
}

TEST_F(Audited, SealOfTheProvider) {
  Master().provider.yard = nullptr;
  EXPECT_STREQ(cache_.Audit(), "slab_cache.seal");
}

TEST_F(Audited, BitsThatContradictEachOther) {
  ExpectName("slab_cache.bits", [this] {
    auto* const first = reinterpret_cast<std::uint32_t*>(&Full() + 1);
    *first ^= 1;
  });
}

TEST_F(Audited, BitsOfTheLastSlot) {
  ExpectName("slab_cache.bits", [this] {
    auto* const first = reinterpret_cast<std::uint32_t*>(&Full() + 1);
    *first ^= 1u << (kSlots - 1);
  });
}

TEST_F(Audited, LinkToALiveSlot) {
  ExpectName("slab_cache.links", [this] { Partial().first_free = Number(0); });
}

TEST_F(Audited, LinkOutOfTheSlab) {
  ExpectName("slab_cache.links",
             [this] { Partial().first_free = Number(kSlots); });
  if constexpr (kHasGap) {
    ExpectName("slab_cache.links",
               [this] { PlantASlotBehindTheLast(Partial()); });
  }
}

TEST_F(Audited, LinkToASlotThatDoesNotExist) {
  ExpectName("slab_cache.links", [this] {
    PlantLink(Partial(), Partial().first_free.Value(), kSlots);
  });
}

TEST_F(Audited, FreeListThatIsTooShort) {
  ExpectName("slab_cache.conserved",
             [this] { Partial().first_free = Number(3); });
}

TEST_F(Audited, FreeListThatTurnsBack) {
  ExpectName("slab_cache.acyclic",
             [this] { PlantLink(Partial(), 2, kSlots - 1); });
}

TEST_F(Audited, FullSlabAmongThePartial) {
  ExpectName("slab_cache.lists", [this] {
    Partial().next = Link(&Full());
    Full().previous = Link(&Partial());
  });
}

TEST_F(Audited, NeighbourThatDoesNotPointBack) {
  ExpectName("slab_cache.lists",
             [this] { Full().previous_of_all = Link(&Reserve()); });
}

TEST_F(Audited, PartialNeighbourThatDoesNotPointBack) {
  ASSERT_EQ(boxes_[0].Free(), CacheResult<void>());
  EXPECT_EQ(cache_.Audit(), nullptr);
  ExpectName("slab_cache.lists",
             [this] { Partial().previous = Link(&Full()); });
}

// Whatever stands there: it is the first.
TEST_F(Audited, NoNeighbourBeforeTheFirstPartialSlab) {
  Plant([this] { Partial().previous = Link(&Full()); });
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Audited, SoundSlabOfAnotherFamily) {
  PointCache other = PointCache::Create(YardProvider{&yard_}).value();
  ExpectName("slab_cache.lists",
             [this] { Partial().next = Link(&HeaderAt(4)); });
  ExpectName("slab_cache.lists", [this] {
    Partial().next = Link();
    Reserve().next_of_all = Link(&HeaderAt(4));
  });
}

TEST_F(Audited, MoreSlabsOnTheListsThanThereAre) {
  ExpectName("slab_cache.lists", [this] { Master().slabs = 1; });
}

TEST_F(Audited, AFullSlabAmongThePartialOnes) {
  ExpectName("slab_cache.lists",
             [this] { slab_family::PushOnPartial(Master(), Full()); });
}

TEST_F(Audited, AFullSlabInPlaceOfThePartialOne) {
  ExpectName("slab_cache.lists", [this] { Master().partial = Link(&Full()); });
}

TEST_F(Audited, ASlabOfAnotherFamilyInPlaceOfThePartialOne) {
  PointCache other = PointCache::Create(YardProvider{&yard_}).value();
  ExpectName("slab_cache.lists",
             [this] { Master().partial = Link(&HeaderAt(4)); });
}

TEST_F(Audited, APartialSlabThatFollowsItself) {
  ExpectName("slab_cache.lists", [this] {
    Partial().next = Link(&Partial());
    Partial().previous = Link(&Partial());
  });
}

// Nothing is read behind the last one that there can be.
TEST_F(Audited, APartialSlabBeforeMemoryThatFaults) {
  ExpectName("slab_cache.lists", [this] {
    Partial().next = Link(
        static_cast<PointSlab*>(PointerTo(yard_.start() - kFamilySlabBytes)));
  });
}

TEST_F(Audited, APartialSlabThatIsNotOnItsList) {
  ExpectName("slab_cache.lists", [this] { Master().partial = Link(); });
}

TEST_F(Audited, TheReserveAmongThePartialOnes) {
  ExpectName("slab_cache.lists", [this] {
    Master().partial = Link(&Reserve());
    // Its links are sound, and say that it is alone.
  });
}

TEST_F(Audited, ASlabOfAnotherFamily) {
  auto other = PointCache::Create(YardProvider{&yard_}).value();
  PointBox box = other.Allocate().value();
  ExpectName("slab_cache.lists",
             [this] { slab_family::Join(Master(), HeaderAt(4)); });
  (void)box.release();
}

// It is counted, and points back.
TEST_F(Audited, AFullSlabOfAnotherFamily) {
  auto other = PointCache::Create(YardProvider{&yard_}).value();
  std::vector<PointBox> boxes(kSlots);
  ASSERT_EQ(other.AllocateMany(boxes), CacheResult<void>());
  ExpectName("slab_cache.lists", [this] {
    PointSlab* last = &Master();
    while (last->next_of_all.Value() != nullptr) {
      last = last->next_of_all.Value();
    }
    last->next_of_all = Link(&HeaderAt(4));
    HeaderAt(4).previous_of_all = Link(last);
    ++Master().slabs;
  });
  for (PointBox& box : boxes) (void)box.release();
}

TEST_F(Audited, ReserveWithAnObject) {
  ExpectName("slab_cache.reserve", [this] {
    // Without its links only the object is wrong.
    Partial().next = Link();
    Partial().previous = Link();
    Master().reserve = &Partial();
    Master().partial = Link(&Reserve());
  });
}

TEST_F(Audited, ReserveOfAnotherFamily) {
  PointCache other = PointCache::Create(YardProvider{&yard_}).value();
  ExpectName("slab_cache.reserve", [this] { Master().reserve = &HeaderAt(4); });
}

TEST_F(Audited, ReserveWithANeighbour) {
  ExpectName("slab_cache.reserve",
             [this] { Reserve().next = Link(&Partial()); });
  ExpectName("slab_cache.reserve", [this] {
    Reserve().next = Link();
    Reserve().previous = Link(&Partial());
  });
}

TEST_F(Audited, NumberOfSlabs) {
  ExpectName("slab_cache.slabs", [this] { ++Master().slabs; });
}

}  // namespace
}  // namespace lockstep::audit_test
