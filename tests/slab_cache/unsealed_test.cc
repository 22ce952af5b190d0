// A cache that seals nothing: it works as any other, and what a client hands it
// is still looked at.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "allocator/base/address.h"
#include "allocator/base/lock.h"
#include "allocator/base/platform.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/object_slab.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::unsealed_test {
namespace {

template <class T>
using CacheOf =
    SlabCache<T, SpinLock, kFamilySlabBytes, YardProvider, Unsealed>;
using Cache = CacheOf<Point>;
using Box = Cache::Box;

constexpr std::size_t kPerSlab = Cache::slots_per_slab();

struct Dying {
  explicit Dying(int* count) : deaths(count) {}
  ~Dying() { ++*deaths; }
  int* deaths;
};

class UnsealedCache : public testing::Test {
 protected:
  ~UnsealedCache() override { EXPECT_EQ(yard_.mistakes(), ""); }

  void Fill(std::size_t count) {
    while (count-- > 0) boxes_.push_back(cache_.Allocate().value());
  }
  // Nothing of the family changes.
  void ExpectRefusal(std::unexpected<CacheError> error, Point* point) {
    const auto before = yard_.Take();
    EXPECT_EQ(Box::FromRaw(point).Free(), error);
    Box box = Box::FromRaw(point);
    EXPECT_EQ(cache_.FreeMany(std::span(&box, 1)), error);
    EXPECT_TRUE(yard_.Take() == before);
  }

  Yard yard_{kFamilySlabBytes, 8};
  Cache cache_ = Cache::Create(YardProvider{&yard_}).value();
  std::vector<Box> boxes_;
};

TEST(Unsealed, CacheDoesWhatASealedOneDoes) {
  using Sealed512 = SlabCache<Point, NoLock, 512, YardProvider>;
  using Unsealed512 = SlabCache<Point, NoLock, 512, YardProvider, Unsealed>;
  static_assert(Sealed512::slots_per_slab() == Unsealed512::slots_per_slab());
  Yard yard(512, 16);
  Yard twin_yard(512, 16);
  auto cache = Unsealed512::Create(YardProvider{&yard}).value();
  auto twin = Sealed512::Create(YardProvider{&twin_yard}).value();
  std::vector<Unsealed512::Box> boxes;
  std::vector<Sealed512::Box> twins;
  std::uint32_t random = 1;
  for (int i = 0; i < 4000; ++i) {
    random = random * 1664525u + 1013904223u;
    const bool grows = boxes.empty() || (random >> 8) % 100 < 52;
    if (grows && boxes.size() < 8 * Unsealed512::slots_per_slab()) {
      boxes.push_back(cache.Allocate().value());
      twins.push_back(twin.Allocate().value());
      ASSERT_EQ(AddressOf(boxes.back().get()) - yard.start(),
                AddressOf(twins.back().get()) - twin_yard.start());
    } else {
      const std::size_t at = (random >> 12) % boxes.size();
      boxes[at].swap(boxes.back());
      twins[at].swap(twins.back());
      ASSERT_EQ(boxes.back().Free(), twins.back().Free());
      boxes.pop_back();
      twins.pop_back();
    }
    ASSERT_EQ(yard.Journal(), twin_yard.Journal());
    ASSERT_EQ(cache.Audit(), nullptr) << i;
    ASSERT_EQ(cache.ReadStatistics()->live_objects, boxes.size());
  }
}

// The link of a free slot that its client wrote to names none.
TEST(Unsealed, CacheFollowsNoLinkOutOfTheSlab) {
  for (const std::uint32_t wild : {std::uint32_t{kPerSlab}, 0x12345u}) {
    Yard yard(kFamilySlabBytes, 8);
    {
      auto cache = Cache::Create(YardProvider{&yard}).value();
      const Box live = cache.Allocate().value();
      Box freed = cache.Allocate().value();
      Point* const point = freed.get();
      ASSERT_EQ(freed.Free(), CacheResult<void>());
      Unpoison(point, sizeof(Point));
      std::memcpy(static_cast<void*>(point), &wild, sizeof wild);
      const auto again = cache.Allocate();
      ASSERT_TRUE(again);
      EXPECT_EQ(cache.Allocate().error(), CacheError::kFatalError) << wild;
    }
    EXPECT_EQ(yard.mistakes(), "") << wild;
  }
}

TEST_F(UnsealedCache, RefusesASecondFree) {
  Fill(kPerSlab + 2);
  for (const std::size_t i : {std::size_t{0}, kPerSlab}) {
    Point* const point = boxes_[i].get();
    ASSERT_EQ(boxes_[i].Free(), CacheResult<void>());
    ExpectRefusal(kInvalidPointer, point);
  }
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(UnsealedCache, RefusesASecondFreeOfTheOnlyObject) {
  Fill(1);
  Point* const point = boxes_[0].get();
  ASSERT_EQ(boxes_[0].Free(), CacheResult<void>());
  ExpectRefusal(kInvalidPointer, point);
}

TEST_F(UnsealedCache, RefusesForeignPointers) {
  Fill(2);
  alignas(2 * kFamilySlabBytes) static std::array<std::byte, 512> foreign;
  auto* const inside = PointerTo(AddressOf(foreign.data()) + 256 - 16);
  ExpectRefusal(kInvalidPointer, static_cast<Point*>(inside));
  ExpectRefusal(kInvalidPointer, nullptr);
  auto other = Cache::Create(YardProvider{&yard_}).value();
  auto box = other.Allocate().value();
  Box mine = Box::FromRaw(box.get());
  EXPECT_EQ(cache_.FreeMany(std::span(&mine, 1)), kInvalidPointer);
}

TEST_F(UnsealedCache, RefusesInteriorPointers) {
  Fill(2);
  const Address at = AddressOf(boxes_[1].get());
  const Address slab = AlignDown(at, kFamilySlabBytes);
  for (const Address wrong :
       {at + 4, at - 4, slab, slab + 8, slab + kFamilySlabBytes - 4}) {
    ExpectRefusal(kAlignmentMismatch, static_cast<Point*>(PointerTo(wrong)));
  }
}

TEST_F(UnsealedCache, RefusesObjectsOfASlabThatWentBack) {
  Fill(3 * kPerSlab);
  Point* const gone = boxes_.back().get();
  boxes_.resize(kPerSlab);
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(yard_.lent(), 1u);
  ExpectRefusal(kInvalidPointer, gone);
}

TEST_F(UnsealedCache, GivesAllBackInTheEnd) {
  std::vector<Box> many(3 * kPerSlab + 1);
  ASSERT_EQ(cache_.AllocateMany(many), CacheResult<void>());
  Cache copy = cache_;
  EXPECT_EQ(copy.Detach(), CacheResult<void>());
  EXPECT_EQ(cache_.FreeMany(std::span(many).first(2 * kPerSlab)),
            CacheResult<void>());
  EXPECT_EQ(cache_.Audit(), nullptr);
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  while (!many.empty()) many.pop_back();
  EXPECT_EQ(yard_.lent(), 0u);
}

TEST_F(UnsealedCache, RunsDestructorsOnceEach) {
  int deaths = 0;
  auto cache = CacheOf<Dying>::Create(YardProvider{&yard_}).value();
  std::vector<CacheOf<Dying>::Box> boxes(40);
  ASSERT_EQ(cache.AllocateMany(boxes, &deaths), CacheResult<void>());
  Dying* const first = boxes[0].get();
  EXPECT_EQ(boxes[0].Free(), CacheResult<void>());
  EXPECT_EQ(CacheOf<Dying>::Box::FromRaw(first).Free(), kInvalidPointer);
  EXPECT_EQ(deaths, 1);
  boxes.clear();
  EXPECT_EQ(deaths, 40);
}

TEST_F(UnsealedCache, StillFindsBitsThatContradictEachOther) {
  Fill(3);
  using Slab =
      ObjectSlab<SpinLock, YardProvider,
                 SlabSizes{kFamilySlabBytes, sizeof(Point), alignof(Point)},
                 Unsealed>;
  auto* const bits =
      reinterpret_cast<std::uint32_t*>(static_cast<Slab*>(yard_.place(0)) + 1);
  *bits ^= 2;
  ExpectRefusal(kFatalError, boxes_[1].get());
  EXPECT_STREQ(cache_.Audit(), "slab_cache.bits");
  *bits ^= 2;
}

}  // namespace
}  // namespace lockstep::unsealed_test
