#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/slab.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::heap_region_test {
namespace {

constexpr std::size_t kPage = 4096;
constexpr std::size_t kMin = 32 * 1024;

struct Bounds {
  void* start;
  std::size_t bytes;
};

class HeapRegion : public testing::Test {
 protected:
  Arena arena_{4 * kMin};
  Heap heap_{};
};

TEST_F(HeapRegion, IsAMultipleOf32KiBAtAPageFirst) {
  const auto empty = StateOf(heap_, arena_);
  for (const auto [start, bytes] :
       {Bounds{nullptr, kMin}, Bounds{nullptr, 0}, Bounds{arena_.at(0), 0},
        Bounds{arena_.at(0), kMin / 2}, Bounds{arena_.at(0), kMin - 1},
        Bounds{arena_.at(0), kMin - kPage}, Bounds{arena_.at(0), kMin + kPage},
        Bounds{arena_.at(0), SIZE_MAX},
        Bounds{arena_.at(0), SIZE_MAX - kMin + 1}, Bounds{arena_.at(8), kMin},
        Bounds{arena_.at(kPage / 2), kMin},
        Bounds{PointerTo(UINTPTR_MAX - kPage + 1), kMin},
        Bounds{PointerTo(UINTPTR_MAX - kMin + 1), kMin}}) {
    EXPECT_EQ(heap_.Init(start, bytes), kInvalidParam) << start << ' ' << bytes;
    EXPECT_TRUE(StateOf(heap_, arena_) == empty) << start << ' ' << bytes;
  }
  EXPECT_TRUE(heap_.Init(arena_.at(kPage), 2 * kMin));
  EXPECT_EQ(heap_.TotalBytes(), 2 * kMin);
}

TEST_F(HeapRegion, IsInitialOnlyOnce) {
  ASSERT_TRUE(heap_.Init(arena_.at(0), kMin));
  EXPECT_EQ(heap_.Init(arena_.at(0), kMin), kInvalidParam);
  EXPECT_EQ(heap_.Init(arena_.at(kMin), kMin), kInvalidParam);
  EXPECT_EQ(heap_.TotalBytes(), kMin);
}

TEST_F(HeapRegion, IsNotAddedBeforeTheFirst) {
  EXPECT_EQ(heap_.AddRegion(arena_.at(0), kMin), kInvalidParam);
  EXPECT_EQ(heap_.TotalBytes(), 0u);
  EXPECT_TRUE(heap_.Init(arena_.at(0), kMin));
}

TEST_F(HeapRegion, IsOfWholePagesLater) {
  ASSERT_TRUE(heap_.Init(arena_.at(0), kMin));
  const auto before = StateOf(heap_, arena_);
  for (const auto [start, bytes] :
       {Bounds{nullptr, kPage}, Bounds{arena_.at(kMin), 0},
        Bounds{arena_.at(kMin), kPage - 1}, Bounds{arena_.at(kMin), kPage + 8},
        Bounds{arena_.at(kMin + 8), kPage}, Bounds{arena_.at(kMin), SIZE_MAX},
        Bounds{PointerTo(UINTPTR_MAX - kPage + 1), kPage}}) {
    EXPECT_EQ(heap_.AddRegion(start, bytes), kInvalidParam) << start;
    EXPECT_TRUE(StateOf(heap_, arena_) == before) << start;
  }
  EXPECT_TRUE(heap_.AddRegion(arena_.at(2 * kMin), kPage));
  EXPECT_EQ(heap_.TotalBytes(), kMin + kPage);
  EXPECT_EQ(heap_.Audit(), nullptr);
}

TEST_F(HeapRegion, DoesNotOverlapAnother) {
  ASSERT_TRUE(heap_.Init(arena_.at(kMin), kMin));
  const auto before = StateOf(heap_, arena_);
  for (const auto [start, bytes] :
       {Bounds{arena_.at(kMin), kPage}, Bounds{arena_.at(0), 4 * kMin},
        Bounds{arena_.at(kMin - kPage), 2 * kPage},
        Bounds{arena_.at(2 * kMin - kPage), kPage}}) {
    EXPECT_EQ(heap_.AddRegion(start, bytes), kMemoryOverlap) << start;
    EXPECT_TRUE(StateOf(heap_, arena_) == before) << start;
  }
}

TEST_F(HeapRegion, ServesTheSlabsToo) {
  ASSERT_TRUE(heap_.Init(arena_.at(0), kMin));
  ASSERT_EQ(heap_.Allocate(LayoutOf(1024)), kNoMemory);
  ASSERT_TRUE(heap_.AddRegion(arena_.at(2 * kMin), 2 * kMin));
  EXPECT_EQ(heap_.Allocate(LayoutOf(1024)), arena_.at(4 * kMin - 1024));
  EXPECT_EQ(heap_.Audit(), nullptr);
}

TEST(HeapWithoutRegion, HasNothingToGiveAndNothingToTake) {
  const Arena arena(4096);
  Heap heap;
  EXPECT_EQ(heap.Allocate(LayoutOf(0)), kNoMemory);
  EXPECT_EQ(heap.Allocate(LayoutOf(5000)), kNoMemory);
  EXPECT_EQ(heap.Deallocate(arena.at(0), LayoutOf(8)), kNotAllocated);
  EXPECT_EQ(heap.Deallocate(arena.at(0), LayoutOf(5000)), kNotAllocated);
  EXPECT_EQ(heap.TotalBytes(), 0u);
  EXPECT_EQ(heap.AvailableBytes(), 0u);
  EXPECT_EQ(heap.Audit(), nullptr);
}

// More than half of what a 32-bit machine can address, nearly all of which goes
// to a slab, so that it counts twice.
TEST(HeapOf2304MiB, TotalIsTheLargestNumberWhereItWouldNotFit) {
  if (sizeof(void*) == 8)
    GTEST_SKIP() << "no machine has memory for 2^63 bytes";
  constexpr std::size_t kRegionBytes = std::size_t{2304} * 1024 * 1024;
  constexpr std::size_t kSetBytes = Slab::kSetBlocks * kPage;
  void* const mapped =
      mmap(nullptr, kRegionBytes + kSetBytes, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) GTEST_SKIP() << "no address space for 2304 MiB";
  void* const start = PointerTo(AlignUp(AddressOf(mapped), kSetBytes));
  Heap heap;
  ASSERT_TRUE(heap.Init(start, kRegionBytes));
  std::size_t blocks = 0;
  while (const auto block = heap.Allocate(LayoutOf(kPage))) {
    ++blocks;
    ASSERT_EQ(heap.AvailableBytes(), kRegionBytes - blocks * kPage);
    ASSERT_EQ(heap.UsedBytes(), heap.TotalBytes() - heap.AvailableBytes());
    // The set has been handed out: its pages may go, or the machine needs all.
    if (blocks % Slab::kSetBlocks == 0) {
      ASSERT_EQ(madvise(*block, kSetBytes, MADV_DONTNEED), 0);
    }
  }
  EXPECT_EQ(blocks, kRegionBytes / kPage);
  EXPECT_EQ(heap.TotalBytes(), SIZE_MAX);
  EXPECT_EQ(heap.UsedBytes(), SIZE_MAX);
  EXPECT_EQ(heap.AvailableBytes(), 0u);
  Unpoison(start, kRegionBytes);
  munmap(mapped, kRegionBytes + kSetBytes);
}

}  // namespace
}  // namespace lockstep::heap_region_test
