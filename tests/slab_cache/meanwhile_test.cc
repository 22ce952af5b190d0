// What others do to a family while it waits for the provider: it holds no lock
// then.

#include <cstddef>
#include <vector>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep {
namespace {

class Meanwhile : public Family {
 protected:
  PointSlab& HeaderAt(std::size_t place) const {
    return *static_cast<PointSlab*>(yard_.place(place));
  }
};

TEST_F(Meanwhile, ASlotIsFreedAndTheNewSlabGoesBackUnused) {
  Fill(kSlots);
  yard_.meanwhile() = [this] { boxes_[3] = PointBox(); };
  const PointBox box = cache_.Allocate().value();
  EXPECT_EQ(SlotOf(box.get()), 3u);
  EXPECT_EQ(yard_.Journal(), "+1 -1");
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Meanwhile, ASlotIsFreedAndTheNewSlabIsNotTakenBack) {
  Fill(kSlots);
  yard_.meanwhile() = [this] { boxes_[3] = PointBox(); };
  yard_.faults().not_take_back = 1;
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kFatalError);
  EXPECT_EQ(yard_.Journal(), "+1 ?1");
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, kSlots - 1);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Meanwhile, TheMasterIsCorruptedAndTheRefusalIsNotCounted) {
  Fill(kSlots);
  const auto sound = yard_.Take();
  yard_.meanwhile() = [this] { HeaderAt(0).live_objects ^= 1; };
  yard_.faults().refuse = 1;
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kFatalError);
  EXPECT_EQ(HeaderAt(0).refusals, 0u);
  yard_.Restore(sound);
}

// Three slabs come; by then the second is no slab any more. So all is undone,
// and the reserve, which another is in place of now, has nowhere to go.
TEST_F(Meanwhile, AFreshSlabIsCorruptedAndUndoingFails) {
  Fill(2 * kSlots);
  boxes_.resize(kSlots);
  yard_.Journal();
  std::size_t calls = 0;
  yard_.meanwhile() = [&, this] {
    if (++calls == 3) HeaderAt(3).sentinel = 0;
  };
  yard_.faults().not_take_back = 3;
  std::vector<PointBox> many(4 * kSlots);
  EXPECT_EQ(cache_.AllocateMany(many), kFatalError);
  EXPECT_EQ(yard_.Journal(), "+2 +3 +4 -3 -4 ?1");
  for (const PointBox& box : many) EXPECT_FALSE(box);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, kSlots);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

}  // namespace
}  // namespace lockstep
