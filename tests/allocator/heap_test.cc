#include "allocator/bytes/heap.h"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>

#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::heap_test {
namespace {

constexpr std::size_t kKiB = 1024;

TEST(HeapOf32KiB, CannotGrowASlabForMoreThan512Bytes) {
  const Arena arena(32 * kKiB);
  Heap heap;
  ASSERT_TRUE(heap.Init(arena.at(0), 32 * kKiB));
  for (std::size_t bytes = 513; bytes <= 4096; ++bytes) {
    ASSERT_EQ(heap.Allocate(LayoutOf(bytes)), kNoMemory) << bytes;
  }
  EXPECT_EQ(heap.AvailableBytes(), 32 * kKiB);
  EXPECT_EQ(heap.Allocate(LayoutOf(4097)), arena.at(0));
}

TEST(HeapOf32KiB, ServesTheFourSmallestSlabs) {
  const Arena arena(32 * kKiB);
  for (std::size_t bytes : {1u, 64u, 65u, 128u, 129u, 256u, 257u, 512u}) {
    Heap heap;
    ASSERT_TRUE(heap.Init(arena.at(0), 32 * kKiB));
    EXPECT_TRUE(heap.Allocate(LayoutOf(bytes))) << bytes;
  }
}

// Room for a set of every slab, and more.
class HeapOf1MiB : public testing::Test {
 protected:
  static constexpr std::size_t kHeapBytes = 1024 * kKiB;

  HeapOf1MiB() { EXPECT_TRUE(heap_.Init(arena_.at(0), kHeapBytes)); }
  ~HeapOf1MiB() override { EXPECT_EQ(heap_.Audit(), nullptr); }

  // Bytes in use after one such allocation in a fresh heap, in slab and buddy.
  std::size_t UsedFor(Layout layout) {
    Heap fresh;
    EXPECT_TRUE(fresh.Init(arena_.at(kHeapBytes), kHeapBytes));
    const auto block = fresh.Allocate(layout);
    EXPECT_TRUE(block);
    const std::size_t used_bytes = fresh.UsedBytes();
    EXPECT_TRUE(fresh.Deallocate(*block, layout));
    EXPECT_EQ(fresh.AvailableBytes(), kHeapBytes);
    return used_bytes;
  }

  Arena arena_{2 * kHeapBytes, kHeapBytes};
  Heap heap_{};
};

TEST_F(HeapOf1MiB, ServesUpTo4096BytesFromTheSmallestSlabThatFits) {
  for (std::size_t block = 64; block <= 4096; block *= 2) {
    const std::size_t used_bytes = 64 * block + block;
    const std::size_t below = block == 64 ? 0 : block / 2 + 1;
    for (std::size_t bytes : {below, block - 1, block}) {
      EXPECT_EQ(UsedFor(LayoutOf(bytes)), used_bytes) << bytes;
      const auto [min_bytes, max_bytes] = Heap::UsableBytes(LayoutOf(bytes));
      EXPECT_EQ(min_bytes, bytes);
      EXPECT_EQ(max_bytes, block);
    }
    EXPECT_EQ(UsedFor(LayoutOf(1, block)), used_bytes) << block;
    EXPECT_EQ(UsedFor(LayoutOf(block, block)), used_bytes) << block;
  }
}

TEST_F(HeapOf1MiB, ServesMoreThan4096BytesFromTheBuddy) {
  for (std::size_t bytes : {4097u, 8192u, 10000u}) {
    const std::size_t block_bytes =
        BuddyAllocator<>::BlockBytes(LayoutOf(bytes));
    EXPECT_EQ(UsedFor(LayoutOf(bytes)), block_bytes) << bytes;
    const auto [min_bytes, max_bytes] = Heap::UsableBytes(LayoutOf(bytes));
    EXPECT_EQ(min_bytes, bytes);
    EXPECT_EQ(max_bytes, bytes);
  }
}

TEST_F(HeapOf1MiB, HonoursAlignmentsOverTheLargestSlab) {
  ASSERT_TRUE(heap_.Allocate(LayoutOf(5000)));  // The next ones are not at 0.
  for (std::size_t align : {8192u, 16384u, 65536u, 262144u}) {
    for (std::size_t bytes : {0u, 1u, 64u, 4096u, 5000u}) {
      const Layout layout = LayoutOf(bytes, align);
      EXPECT_EQ(UsedFor(layout), align);
      EXPECT_EQ(Heap::UsableBytes(layout).max_bytes, bytes);
      const auto block = heap_.Allocate(layout);
      ASSERT_TRUE(block);
      EXPECT_TRUE(IsAligned(AddressOf(*block), align)) << bytes;
      EXPECT_TRUE(heap_.Deallocate(*block, layout));
    }
  }
}

TEST_F(HeapOf1MiB, HonoursEveryAlignment) {
  for (std::size_t align = 1; align <= 65536; align *= 2) {
    for (std::size_t bytes : {1u, 65u, 4096u, 4097u}) {
      const auto block = heap_.Allocate(LayoutOf(bytes, align));
      ASSERT_TRUE(block);
      EXPECT_TRUE(IsAligned(AddressOf(*block), align)) << bytes;
      EXPECT_TRUE(heap_.Deallocate(*block, LayoutOf(bytes, align)));
    }
  }
}

TEST_F(HeapOf1MiB, CountsSlabMemoryTwiceInTotalAndUsed) {
  ASSERT_TRUE(heap_.Allocate(LayoutOf(64)));
  ASSERT_TRUE(heap_.Allocate(LayoutOf(10)));
  ASSERT_TRUE(heap_.Allocate(LayoutOf(5000)));
  EXPECT_EQ(heap_.TotalBytes(), kHeapBytes + 4096);
  EXPECT_EQ(heap_.UsedBytes(), 4096 + 8192 + 2 * 64u);
  EXPECT_EQ(heap_.AvailableBytes(), kHeapBytes - 8192 - 2 * 64);
}

TEST_F(HeapOf1MiB, AvailableIsTotalLessUsedAfterEveryOperation) {
  std::map<void*, std::size_t> live;
  for (std::size_t i = 0; i < 300; ++i) {
    const std::size_t bytes = i * 7919 % 6000;
    const std::size_t available_bytes = heap_.AvailableBytes();
    const auto block = heap_.Allocate(LayoutOf(bytes));
    EXPECT_EQ(heap_.AvailableBytes(), heap_.TotalBytes() - heap_.UsedBytes());
    if (block) {
      live.emplace(*block, bytes);
    } else {
      EXPECT_EQ(heap_.AvailableBytes(), available_bytes);
    }
  }
  for (const auto& [block, bytes] : live) {
    EXPECT_TRUE(heap_.Deallocate(block, LayoutOf(bytes)));
    EXPECT_EQ(heap_.AvailableBytes(), heap_.TotalBytes() - heap_.UsedBytes());
  }
  EXPECT_EQ(heap_.AvailableBytes(), kHeapBytes);
}

TEST_F(HeapOf1MiB, KeepsContentsApart) {
  std::map<unsigned char*, std::size_t> live;
  for (std::size_t i = 0; i < 200; ++i) {
    const std::size_t bytes = i * 31 % 700;
    const auto block = heap_.Allocate(LayoutOf(bytes));
    ASSERT_TRUE(block);
    auto* const first = static_cast<unsigned char*>(*block);
    std::memset(first, static_cast<int>(i), bytes);
    EXPECT_TRUE(live.emplace(first, i).second);
  }
  for (const auto& [first, i] : live) {
    for (std::size_t at = 0; at < i * 31 % 700; ++at) {
      ASSERT_EQ(first[at], static_cast<unsigned char>(i));
    }
  }
}

TEST_F(HeapOf1MiB, RefusesToFreeWhatIsNotAllocated) {
  ASSERT_TRUE(heap_.Allocate(LayoutOf(64)));
  const auto large = heap_.Allocate(LayoutOf(8192));
  const auto before = StateOf(heap_, arena_);
  const auto expect_refused = [&](void* block, std::size_t bytes,
                                  std::unexpected<AllocError> why) {
    EXPECT_EQ(heap_.Deallocate(block, LayoutOf(bytes)), why) << block << bytes;
    EXPECT_TRUE(StateOf(heap_, arena_) == before) << block << bytes;
  };
  expect_refused(nullptr, 8, kInvalidParam);
  expect_refused(nullptr, 5000, kInvalidParam);
  expect_refused(arena_.at(1), 8, kInvalidParam);
  expect_refused(arena_.at(4096), 8192, kInvalidParam);
  expect_refused(arena_.at(kHeapBytes), 8, kNotAllocated);
  expect_refused(arena_.at(kHeapBytes), 8192, kNotAllocated);
  expect_refused(arena_.at(0), 100, kNotAllocated);
  EXPECT_TRUE(heap_.Deallocate(*large, LayoutOf(8192)));
  EXPECT_EQ(heap_.Deallocate(*large, LayoutOf(8192)), kNotAllocated);
}

TEST_F(HeapOf1MiB, RefusesHugeSizes) {
  EXPECT_EQ(heap_.Allocate(LayoutOf(PTRDIFF_MAX)), kNoMemory);
  EXPECT_EQ(heap_.Allocate(LayoutOf(kHeapBytes + 1)), kNoMemory);
  EXPECT_EQ(heap_.Allocate(LayoutOf(0, 2 * kHeapBytes)), kNoMemory);
  EXPECT_EQ(heap_.AvailableBytes(), kHeapBytes);
}

}  // namespace
}  // namespace lockstep::heap_test
