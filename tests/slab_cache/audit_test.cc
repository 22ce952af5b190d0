// Audit's name for each fault, planted behind the cache's back.

#include <cstdint>
#include <functional>

#include "allocator/base/platform.h"
#include "allocator/objects/slab_view.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/planted.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {
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
  Reserve().live ^= 4;
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
  ExpectName("slab_cache.links", [this] { Partial().free_slot = 0; });
}

TEST_F(Audited, LinkOutOfTheSlab) {
  ExpectName("slab_cache.links", [this] { Partial().free_slot = kSlots; });
  ExpectName("slab_cache.links",
             [this] { PlantASlotBehindTheLast(Partial()); });
}

TEST_F(Audited, LinkToASlotThatDoesNotExist) {
  ExpectName("slab_cache.links", [this] {
    void* const first = SlotAt(&Partial(), Partial().free_slot);
    Unpoison(first, sizeof(Point));
    *static_cast<std::uint32_t*>(first) = (kSlots + 1) * kLinkFactor;
  });
}

TEST_F(Audited, FreeListThatIsTooShort) {
  ExpectName("slab_cache.conserved", [this] { Partial().free_slot = 3; });
}

TEST_F(Audited, FreeListThatTurnsBack) {
  ExpectName("slab_cache.acyclic", [this] {
    void* const last = SlotAt(&Partial(), 2);
    Unpoison(last, sizeof(Point));
    *static_cast<std::uint32_t*>(last) = kSlots * kLinkFactor;
  });
}

TEST_F(Audited, FullSlabAmongThePartial) {
  ExpectName("slab_cache.lists", [this] {
    Partial().next = &Full();
    Full().previous = &Partial();
    Master().full = Full().next;
  });
}

TEST_F(Audited, NeighbourThatDoesNotPointBack) {
  ExpectName("slab_cache.lists", [this] { Partial().previous = &Full(); });
}

TEST_F(Audited, SoundSlabOfAnotherFamily) {
  PointCache other = PointCache::Create(YardProvider{&yard_}).value();
  ExpectName("slab_cache.lists", [this] { Partial().next = &HeaderAt(4); });
}

TEST_F(Audited, MoreSlabsOnTheListsThanThereAre) {
  ExpectName("slab_cache.lists", [this] { Master().slabs = 1; });
}

TEST_F(Audited, ReserveWithAnObject) {
  ExpectName("slab_cache.reserve", [this] {
    Master().reserve = &Partial();
    Master().partial = &Reserve();
  });
}

TEST_F(Audited, ReserveOfAnotherFamily) {
  PointCache other = PointCache::Create(YardProvider{&yard_}).value();
  ExpectName("slab_cache.reserve", [this] { Master().reserve = &HeaderAt(4); });
}

TEST_F(Audited, ReserveWithANeighbour) {
  ExpectName("slab_cache.reserve", [this] { Reserve().next = &Partial(); });
  ExpectName("slab_cache.reserve", [this] {
    Reserve().next = nullptr;
    Reserve().previous = &Partial();
  });
}

TEST_F(Audited, NumberOfSlabs) {
  ExpectName("slab_cache.slabs", [this] { ++Master().slabs; });
}

TEST_F(Audited, NumberOfLiveObjects) {
  ExpectName("slab_cache.live_objects", [this] { ++Master().live_objects; });
}

}  // namespace
}  // namespace lockstep
