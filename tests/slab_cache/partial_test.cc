// Whoever takes slots checks the partial slabs and the first free slot before it
// believes them, and looks at no more than it needs.

#include <array>
#include <cstddef>
#include <vector>

#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_take.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/planted.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::partial_test {
namespace {

// Two partial slabs, and no reserve: the master, of which one slot is free, and
// behind it another.
class TwoPartialSlabs : public Planted {
 protected:
  TwoPartialSlabs() {
    EXPECT_EQ(boxes_[0].Free(), CacheResult<void>());
    EXPECT_EQ(cache_.Trim(), CacheResult<void>());
    yard_.Journal();
  }
};

TEST_F(TwoPartialSlabs, StopAllocateManyBeforeItGrows) {
  std::vector<PointBox> many(kSlots - 1);  // One more than the other has.
  const auto allocate = [&, this] { return cache_.AllocateMany(many); };
  Break(Master().live);
  ExpectFatal(allocate);
  Break(Master().live);
  Break(Partial().live);
  ExpectFatal(allocate);
  Break(Partial().live);
  Plant([this] { Master().live = Number(kSlots); });
  ExpectFatal(allocate);
}

TEST_F(TwoPartialSlabs, AreNotLookedAtByWhoNeedsTheFirst) {
  std::array<PointBox, 1> one;
  Break(Partial().live);
  EXPECT_EQ(cache_.AllocateMany(one), CacheResult<void>());
  Break(Partial().live);
  (void)one[0].release();
  EXPECT_EQ(cache_.Audit(), nullptr);
}

using OnePartialSlab = Planted;

TEST_F(OnePartialSlab, WhoseLinkIsDamagedGivesAllButItsLastSlot) {
  Break(Partial().next);
  while (!Partial().HasOneFree()) {
    const auto slot = slab_family::TakePartial(Master());
    ASSERT_TRUE(slot);
  }
  ExpectNoAllocation();
}

TEST_F(OnePartialSlab, WhoseFirstFreeSlotIsLiveGivesNone) {
  Plant([this] {
    PlantLink(Partial(), 0, Partial().first_free.Value());
    Partial().first_free = Number(0);
  });
  ExpectNoAllocation();
}

TEST_F(OnePartialSlab, ThatIsNotFoundGivesNone) {
  Break(Master().partial);
  ExpectFatal([this] {
    slab_family::Queue<PointSlab> none;
    return OutcomeOf(slab_family::Take(Master(), none));
  });
}

TEST_F(OnePartialSlab, IsNotMadeOfAReserveWhoseLinksAreDamaged) {
  while (Master().partial.Value() != nullptr) {
    (void)cache_.Allocate()->release();
  }
  for (Link* const link : {&Reserve().next, &Reserve().previous}) {
    Break(*link);
    ExpectNoAllocation();
    Break(*link);
  }
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), CacheResult<void>());
}

}  // namespace
}  // namespace lockstep::partial_test
