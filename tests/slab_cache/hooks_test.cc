// The link-time hooks, and the thread test of the crate that this follows: 20
// threads, objects of 16 bytes in slabs of 512 bytes.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <thread>
#include <vector>

#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/objects/slab_cache.h"
#include "allocator/objects/slab_provider.h"
#include "gtest/gtest.h"

namespace {

std::atomic<int> taken = 0;
std::atomic<int> given_back = 0;
std::atomic<int> mistaken = 0;
std::atomic<std::size_t> wanted_bytes = 512;

void* Allocate(std::size_t bytes, std::size_t align_bytes) {
  ++taken;
  if (bytes != wanted_bytes || align_bytes != 512) ++mistaken;
  return std::aligned_alloc(align_bytes, bytes);
}

bool Free(void* slab, std::size_t bytes, std::size_t align_bytes) {
  ++given_back;
  if (bytes != wanted_bytes || align_bytes != 512) ++mistaken;
  std::free(slab);
  return true;
}

}  // namespace

LOCKSTEP_DEFINE_ALLOCATION_HOOKS(Allocate, Free);

namespace lockstep::hooks_test {
namespace {

struct Sixteen {
  std::uint64_t thread;
  std::uint64_t number;
};

using Cache = SlabCache<Sixteen, SpinLock, 512>;

void AllocateAndCheck(const Cache& shared, std::uint64_t self) {
  Cache cache = shared;
  std::vector<Cache::Box> boxes;
  for (std::uint64_t i = 0; i < 500; ++i) {
    boxes.push_back(cache.Allocate(Sixteen{self, i}).value());
  }
  for (std::size_t i = 0; i < boxes.size(); ++i) {
    ASSERT_EQ(boxes[i]->thread, self);
    ASSERT_EQ(boxes[i]->number, i);
  }
}

TEST(Hooks, AreGivenBackEverySlabOfTwentyThreads) {
  {
    const auto cache = Cache::Create().value();
    std::vector<std::jthread> threads;
    for (std::uint64_t self = 0; self < 20; ++self) {
      threads.emplace_back([&cache, self] { AllocateAndCheck(cache, self); });
    }
    threads.clear();
    EXPECT_EQ(cache.ReadStatistics()->live_objects, 0u);
  }
  EXPECT_GT(taken, 1);
  EXPECT_EQ(taken, given_back);
  EXPECT_EQ(mistaken, 0);
}

// Of a slab the two are equal.
TEST(Hooks, AreToldTheBytesBeforeTheAlignment) {
  const Layout layout = Layout::Make(2048, 512).value();
  wanted_bytes = layout.size_bytes();
  void* const array = HookProvider().Allocate(layout);
  ASSERT_NE(array, nullptr);
  EXPECT_TRUE(HookProvider().Free(array, layout));
  EXPECT_EQ(mistaken, 0);
  wanted_bytes = 512;
}

}  // namespace
}  // namespace lockstep::hooks_test
