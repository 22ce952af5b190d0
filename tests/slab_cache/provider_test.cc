// Providers that refuse and lie, and those that the library has.

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory_resource>
#include <span>
#include <utility>
#include <vector>

#include "allocator/base/lock.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/locked.h"
#include "allocator/objects/slab_cache.h"
#include "allocator/objects/slab_provider.h"
#include "allocator/std/memory_resource_provider.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/family.h"

namespace lockstep::provider_test {
namespace {

using Provider = Family;

TEST_F(Provider, ThatRefusesTheFirstSlabIsOutOfMemory) {
  yard_.faults().refuse = 1;
  EXPECT_EQ(OutcomeOf(PointCache::Create(YardProvider{&yard_})), kOutOfMemory);
  EXPECT_EQ(yard_.Journal(), "!");
}

TEST_F(Provider, ThatRefusesASlaveIsOutOfMemoryUntilItGivesOne) {
  Fill(kSlots);
  yard_.faults().refuse = 1;
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kOutOfMemory);
  EXPECT_EQ(yard_.Journal(), "!");
  EXPECT_EQ(cache_.Audit(), nullptr);
  Fill(1);
  EXPECT_EQ(yard_.Journal(), "+1");
}

TEST_F(Provider, ThatLendsMisalignedMemoryGetsItBackFirst) {
  yard_.faults().misalign = 1;
  EXPECT_EQ(OutcomeOf(PointCache::Create(YardProvider{&yard_})),
            kAlignmentMismatch);
  EXPECT_EQ(yard_.Journal(), "~1 -1");
  Fill(kSlots);
  yard_.faults().misalign = 1;
  EXPECT_EQ(OutcomeOf(cache_.Allocate()), kAlignmentMismatch);
  EXPECT_EQ(yard_.Journal(), "~1 -1");
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Provider, ThatDoesNotTakeMisalignedMemoryBackIsFatal) {
  yard_.faults() = {.refuse = 0, .misalign = 1, .not_take_back = 1};
  EXPECT_EQ(OutcomeOf(PointCache::Create(YardProvider{&yard_})), kFatalError);
  EXPECT_EQ(yard_.Journal(), "~1 ?1");
}

TEST_F(Provider, ThatDoesNotTakeBackASlabIsReportedAndNothingElseIsLost) {
  Fill(3 * kSlots);
  boxes_.resize(kSlots + 1);
  yard_.Journal();
  yard_.faults().not_take_back = 1;
  EXPECT_EQ(cache_.Trim(), kFatalError);
  EXPECT_EQ(yard_.Journal(), "?2");
  EXPECT_EQ(cache_.Audit(), nullptr);
  EXPECT_EQ(cache_.ReadStatistics()->slabs, 2u);
  EXPECT_EQ(cache_.Trim(), CacheResult<void>()) << "it is out of our hands";
}

TEST_F(Provider, ThatDoesNotTakeBackOnFreeIsReportedThere) {
  Fill(2 * kSlots + 1);
  (void)boxes_.back().Free();
  yard_.Journal();
  for (std::size_t i = kSlots; i + 1 < 2 * kSlots; ++i) (void)boxes_[i].Free();
  yard_.faults().not_take_back = 1;
  EXPECT_EQ(boxes_[2 * kSlots - 1].Free(), kFatalError);
  EXPECT_EQ(yard_.Journal(), "?1");
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, kSlots);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Provider, ThatDoesNotTakeBackOnDetachStillGetsTheRest) {
  Fill(kSlots + 1);
  boxes_.clear();
  yard_.faults().not_take_back = 1;
  EXPECT_EQ(cache_.Detach(), kFatalError);
  EXPECT_EQ(yard_.Journal(), "+1 ?1 -0");
}

TEST_F(Provider, ThatRefusesTheSecondSlabOfManyGetsTheFirstBack) {
  Fill(2 * kSlots);
  boxes_.resize(kSlots);  // The second is the reserve.
  (void)boxes_[0].Free();
  yard_.Journal();
  const auto before = yard_.Take();
  std::vector<PointBox> many(3 * kSlots);
  yard_.faults().refuse = 2;
  EXPECT_EQ(cache_.AllocateMany(many), kOutOfMemory);
  EXPECT_EQ(yard_.Journal(), "+2 ! -2");
  for (const PointBox& box : many) EXPECT_FALSE(box);
  EXPECT_EQ(cache_.Audit(), nullptr);
  const std::size_t slave = kFamilySlabBytes;
  const auto after = yard_.Take();
  EXPECT_TRUE(std::equal(before.bytes.begin() + slave,
                         before.bytes.begin() + 2 * slave,
                         after.bytes.begin() + slave))
      << "the reserve is as it was";
  Fill(2);
  EXPECT_EQ(PlaceOf(boxes_[kSlots].get()), 0u);
  EXPECT_EQ(PlaceOf(boxes_[kSlots + 1].get()), 1u);
}

// How many objects there are to be had, before all slabs go back.
template <class P>
std::size_t UseUp(P provider) {
  using Cache = SlabCache<Point, SpinLock, 4096, P>;
  auto cache = Cache::Create(provider).value();
  std::vector<typename Cache::Box> boxes;
  for (;;) {
    auto box = cache.Allocate();
    if (!box) {
      EXPECT_EQ(OutcomeOf(box), kOutOfMemory);
      EXPECT_EQ(cache.Audit(), nullptr);
      return boxes.size();
    }
    boxes.push_back(std::move(*box));
  }
}

template <class P>
void ExpectToLendAllItsMemoryTwice(P provider) {
  const std::size_t objects = UseUp(provider);
  EXPECT_GT(objects, 10'000u);
  EXPECT_EQ(UseUp(provider), objects);
}

constexpr std::size_t kBytes = 512 * 1024;

class ReadyMade : public testing::Test {
 protected:
  // What allocators leave poisoned.
  ~ReadyMade() override { Unpoison(memory(), kBytes); }

  static void* memory() {
    alignas(kBytes) static std::array<std::byte, kBytes> memory;
    return memory.data();
  }
};

TEST_F(ReadyMade, ProviderOverABuddyAllocator) {
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.AddRegion(memory(), kBytes));
  ExpectToLendAllItsMemoryTwice(AllocatorProvider(buddy));
  EXPECT_EQ(buddy.UsedBytes(), 0u);
}

TEST_F(ReadyMade, ProviderOverAHeap) {
  auto heap = SlabByteAllocator();
  ASSERT_TRUE(heap.Init(memory(), kBytes));
  ExpectToLendAllItsMemoryTwice(AllocatorProvider(heap));
  EXPECT_EQ(heap.Audit(), nullptr);
}

TEST_F(ReadyMade, ProviderOverALockedAllocator) {
  Locked<SlabByteAllocator, SpinLock> locked;
  ASSERT_TRUE(locked.Init(memory(), kBytes));
  ExpectToLendAllItsMemoryTwice(AllocatorProvider(locked));
  EXPECT_EQ(locked.Audit(), nullptr);
}

TEST_F(ReadyMade, ProviderOverAnAllocatorWithoutMemoryRefuses) {
  SlabByteAllocator empty;
  using P = AllocatorProvider<SlabByteAllocator>;
  EXPECT_EQ(OutcomeOf(SlabCache<Point, NoLock, 4096, P>::Create(P(empty))),
            kOutOfMemory);
}

TEST_F(ReadyMade, ProviderOverAMemoryResource) {
  std::pmr::monotonic_buffer_resource bounded(memory(), kBytes,
                                              std::pmr::null_memory_resource());
  using Cache = SlabCache<Point, NoLock, 4096, MemoryResourceProvider>;
  auto cache = Cache::Create(MemoryResourceProvider(bounded)).value();
  std::vector<Cache::Box> boxes(8 * Cache::slots_per_slab());
  EXPECT_EQ(cache.AllocateMany(boxes), CacheResult<void>());
  std::vector<Cache::Box> too_many(kBytes / sizeof(Point));
  EXPECT_EQ(cache.AllocateMany(too_many), kOutOfMemory);
  EXPECT_EQ(cache.Audit(), nullptr);
}

}  // namespace
}  // namespace lockstep::provider_test
