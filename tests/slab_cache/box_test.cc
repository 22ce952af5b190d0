// Boxes, and what can be freed.

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "allocator/base/address.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"

namespace lockstep::box_test {
namespace {

using Box = Family;

static_assert(sizeof(PointBox) == sizeof(void*));
static_assert(!std::is_copy_constructible_v<PointBox>);
static_assert(std::is_nothrow_move_constructible_v<PointBox>);

TEST_F(Box, HoldsWhatItWasMadeOf) {
  const PointBox box = cache_.Allocate(Point{.x = 1, .y = 2}).value();
  EXPECT_EQ(box->x, 1u);
  EXPECT_EQ((*box).y, 2u);
  EXPECT_EQ(box.get(), &*box);
  EXPECT_TRUE(box);
}

TEST_F(Box, ThatIsMovedLeavesAnEmptyOne) {
  PointBox box = cache_.Allocate().value();
  Point* const point = box.get();
  PointBox target = std::move(box);
  EXPECT_FALSE(box);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(target.get(), point);
  target = cache_.Allocate().value();
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 1u);
  target.swap(box);
  EXPECT_TRUE(box);
  EXPECT_FALSE(target);
}

TEST_F(Box, MayBeReleasedAndMadeAgain) {
  Point* const point = cache_.Allocate().value().release();
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 1u);
  EXPECT_EQ(PointBox::FromRaw(point).Free(), CacheResult<void>());
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
}

TEST_F(Box, ThatIsEmptyHasNothingToFree) {
  EXPECT_EQ(PointBox().Free(), kInvalidPointer);
  EXPECT_EQ(PointBox::FromRaw(nullptr).Free(), kInvalidPointer);
}

// What cannot be freed: nothing has changed, and the box is empty.
class Misuse : public Family {
 protected:
  void ExpectRefusal(const void* address, std::unexpected<CacheError> error) {
    const auto before = yard_.Take();
    auto* const point = static_cast<Point*>(const_cast<void*>(address));
    PointBox box = PointBox::FromRaw(point);
    EXPECT_EQ(box.Free(), error);
    EXPECT_FALSE(box);
    std::array many{PointBox::FromRaw(point)};
    EXPECT_EQ(cache_.FreeMany(many), error);
    EXPECT_FALSE(many[0]);
    EXPECT_TRUE(yard_.Take() == before);
    EXPECT_EQ(yard_.Journal(), "");
  }
};

TEST_F(Misuse, OfAnObjectThatWasFreed) {
  Fill(3);
  Point* const point = boxes_[1].get();
  (void)boxes_[1].Free();
  ExpectRefusal(point, kInvalidPointer);
}

// Free returns the error; the destructor cannot.
using MisuseDeathTest = Misuse;

TEST_F(MisuseDeathTest, OfAnObjectThatWasFreedByABoxThatIsDestroyed) {
  Fill(1);
  Point* const point = boxes_[0].get();
  (void)boxes_[0].Free();
  EXPECT_DEATH(
      { const PointBox box = PointBox::FromRaw(point); },
      "not so: an object that is dropped can be freed");
}

TEST_F(Misuse, OfASlotThatWasNeverAllocated) {
  ExpectRefusal(SlotAt(yard_.place(0), kSlots - 1), kInvalidPointer);
}

TEST_F(Misuse, OfAnAddressThatIsNotOnASlot) {
  Fill(2);
  const Address slab = AddressOf(yard_.place(0));
  const Address second = AddressOf(boxes_[1].get());
  for (Address at = slab; at < slab + kFamilySlabBytes; ++at) {
    const Address from_second = at - second + sizeof(Point);
    if (from_second % sizeof(Point) == 0 &&
        from_second < kSlots * sizeof(Point)) {
      continue;
    }
    EXPECT_EQ(PointBox::FromRaw(static_cast<Point*>(PointerTo(at))).Free(),
              kAlignmentMismatch)
        << at - slab;
  }
}

// Not even of a misaligned one: nothing there says where slots were.
TEST_F(Misuse, OfAnAddressInASlabThatWentBack) {
  Fill(2 * kSlots);
  const Address gone = AddressOf(boxes_.back().get());
  boxes_.resize(kSlots);
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "+1 -1");
  ExpectRefusal(PointerTo(gone), kInvalidPointer);
  ExpectRefusal(PointerTo(gone + 4), kInvalidPointer);
}

TEST_F(Misuse, OfMemoryThatIsNoSlab) {
  alignas(kFamilySlabBytes) static std::array<Point, 16> stranger;
  ExpectRefusal(&stranger[15], kInvalidPointer);
  ExpectRefusal(yard_.place(7), kInvalidPointer);
  ExpectRefusal(PointerTo(16), kInvalidPointer);
}

TEST_F(Misuse, OfAnObjectInASlabThatWasGivenBack) {
  Fill(kSlots + 1);
  Point* const point = boxes_.back().get();
  boxes_.pop_back();
  (void)cache_.Trim();
  EXPECT_EQ(yard_.Journal(), "+1 -1");
  ExpectRefusal(point, kInvalidPointer);
}

TEST_F(Misuse, OfTheLastObjectOfAFamilyThatIsGone) {
  Fill(1);
  Point* const point = boxes_[0].get();
  (void)cache_.Detach();
  boxes_.clear();
  EXPECT_EQ(yard_.Journal(), "-0");
  EXPECT_EQ(PointBox::FromRaw(point).Free(), kInvalidPointer);
}

TEST_F(Misuse, OfAnObjectOfAnotherFamilyByFreeManySparesTheRest) {
  PointCache other = PointCache::Create(YardProvider{&yard_}).value();
  PointBox foreign = other.Allocate(Point{.x = 7}).value();
  Point* const point = foreign.release();
  std::vector<PointBox> many(3);
  many[0] = cache_.Allocate().value();
  many[1] = PointBox::FromRaw(point);
  many[2] = cache_.Allocate().value();
  EXPECT_EQ(cache_.FreeMany(many), kInvalidPointer);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
  EXPECT_EQ(other.ReadStatistics()->live_objects, 1u);
  EXPECT_EQ(point->x, 7u);
  EXPECT_EQ(PointBox::FromRaw(point).Free(), CacheResult<void>());
}

TEST_F(Misuse, OfOneObjectInTwoBoxesOfFreeMany) {
  Fill(2);
  std::vector<PointBox> many(2);
  many[0] = std::move(boxes_[0]);
  many[1] = PointBox::FromRaw(many[0].get());
  EXPECT_EQ(cache_.FreeMany(many), kInvalidPointer);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 1u);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Misuse, OfABoxThatIsNotEmptyByAllocateMany) {
  std::vector<PointBox> many(2);
  many[1] = cache_.Allocate().value();
  Point* const point = many[1].get();
  EXPECT_EQ(cache_.AllocateMany(many), kInvalidPointer);
  EXPECT_FALSE(many[0]);
  EXPECT_EQ(many[1].get(), point);
}

}  // namespace
}  // namespace lockstep::box_test
