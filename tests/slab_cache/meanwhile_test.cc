// What others do to a family while it waits for the provider: it holds no lock
// then.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::meanwhile_test {
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
  EXPECT_FALSE(HeaderAt(1).HasSentinel());
  EXPECT_EQ(cache_.Audit(), nullptr);
}

// All that were missing are asked for before anybody looks again.
TEST_F(Meanwhile, ASlotIsFreedAndOneOfTwoNewSlabsGoesBackUnused) {
  Fill(kSlots);
  yard_.meanwhile() = [this] { boxes_[3] = PointBox(); };
  std::vector<PointBox> many(kSlots + 1);
  EXPECT_EQ(cache_.AllocateMany(many), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "+1 +2 -2");
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

TEST_F(Meanwhile, TheProviderNeitherLendsNorTakesBack) {
  Fill(kSlots);
  yard_.faults() = {.refuse = 2, .not_take_back = 1};
  std::vector<PointBox> many(2 * kSlots);
  EXPECT_EQ(cache_.AllocateMany(many), kFatalError);
  EXPECT_EQ(yard_.Journal(), "+1 ! ?1");
}

// Of four slabs that go back, the second is corrupted while the first is taken.
TEST_F(Meanwhile, ASlabThatGoesBackIsCorruptedAndThoseBehindItStay) {
  Fill(6 * kSlots);
  yard_.Journal();
  std::vector<PointBox> many;
  for (std::size_t i = kSlots; i < 6 * kSlots; ++i) {
    many.push_back(std::move(boxes_[i]));
  }
  std::size_t calls = 0;
  yard_.on_return() = [&, this] {
    if (++calls == 1) reinterpret_cast<char&>(HeaderAt(3).next) ^= 1;
  };
  EXPECT_EQ(cache_.FreeMany(many), kFatalError);
  yard_.on_return() = [] {};
  EXPECT_EQ(yard_.Journal(), "-2 -3");
}

// While a free waits for the lock, its slab is given back, and the memory is
// reused for bytes that differ from the old slab in the sentinel alone.
TEST(WhileItWaits, ASlabThatWentBackIsNoSlab) {
  struct Waiting {
    void lock() {
      std::exchange(Deed(), [] {})();
    }
    void unlock() {}
    static std::function<void()>& Deed() {
      static std::function<void()> deed = [] {};
      return deed;
    }
  };
  using Cache = SlabCache<Point, Waiting, kFamilySlabBytes, YardProvider>;
  Yard yard(kFamilySlabBytes, 4);
  auto cache = Cache::Create(YardProvider{&yard}).value();
  constexpr std::size_t kPerSlab = Cache::slots_per_slab();
  std::vector<Cache::Box> boxes(3 * kPerSlab);
  ASSERT_EQ(cache.AllocateMany(boxes), CacheResult<void>());
  // The second becomes the reserve, and so the third will go back.
  for (std::size_t i = kPerSlab; i < 2 * kPerSlab; ++i) boxes[i] = {};
  Point* const last = boxes.back().get();
  const auto before = yard.Take();
  Waiting::Deed() = [&] {
    for (std::size_t i = 2 * kPerSlab; i < 3 * kPerSlab; ++i) boxes[i] = {};
    EXPECT_FALSE(yard.is_lent(2));
    const std::size_t begin = 2 * kFamilySlabBytes;
    std::memcpy(static_cast<char*>(yard.place(2)) + sizeof(std::uintptr_t),
                before.bytes.data() + begin + sizeof(std::uintptr_t),
                kFamilySlabBytes - sizeof(std::uintptr_t));
  };
  EXPECT_EQ(Cache::Box::FromRaw(last).Free(), kInvalidPointer);
  EXPECT_EQ(cache.Audit(), nullptr);
}

TEST_F(Meanwhile, TheMasterIsCorruptedAndTheRefusalIsNotCounted) {
  Fill(kSlots);
  const auto sound = yard_.Take();
  yard_.meanwhile() = [this] { HeaderAt(0).handles ^= 1; };
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
}  // namespace lockstep::meanwhile_test
