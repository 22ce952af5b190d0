#include "allocator/bytes/locked.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "allocator/base/lock.h"
#include "allocator/bytes/byte_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"

namespace lockstep::locked_test {
namespace {

constexpr std::size_t kArenaBytes = 4 * 1024 * 1024;
constexpr unsigned kThreads = 8;
constexpr unsigned kSeed = 20240229;

struct Block {
  unsigned char* first = nullptr;
  std::size_t bytes = 0;
  unsigned char fill = 0;
};

// One thread's blocks, each filled with a byte of its own.
template <class Shared>
class Client {
 public:
  Client(Shared& shared, unsigned number)
      : shared_(shared), random_(kSeed + number) {}

  // How many bytes had changed, and frees had failed.
  std::size_t Run() {
    for (unsigned i = 0; i < 3000; ++i) {
      Block& block = blocks_[random_() % blocks_.size()];
      block.first == nullptr ? Fill(block) : CheckAndFree(block);
    }
    for (Block& block : blocks_) {
      if (block.first != nullptr) CheckAndFree(block);
    }
    return faults_;
  }

 private:
  void Fill(Block& block) {
    const std::size_t bytes = random_() % (random_() % 8 == 0 ? 9000 : 200);
    const auto allocated = shared_.Allocate(LayoutOf(bytes));
    if (!allocated) return;
    block = {static_cast<unsigned char*>(*allocated), bytes,
             static_cast<unsigned char>(random_())};
    std::memset(block.first, block.fill, bytes);
  }

  void CheckAndFree(Block& block) {
    for (std::size_t i = 0; i < block.bytes; ++i) {
      faults_ += block.first[i] != block.fill;
    }
    faults_ += !shared_.Deallocate(block.first, LayoutOf(block.bytes));
    block = {};
  }

  Shared& shared_;
  std::mt19937 random_;
  std::array<Block, 20> blocks_{};
  std::size_t faults_ = 0;
};

template <class Shared>
class SharedByThreads : public testing::Test {
 protected:
  static void SetUpTestSuite() { std::printf("seed %u\n", kSeed); }

  Arena arena_{kArenaBytes};
  Shared shared_{};
};

// Brings the memory for two maps along.
class LockedAndMapped : public Locked<MappedByteAllocator, SpinLock> {
 public:
  Result<void> Init(void* start, std::size_t region_bytes) {
    return Locked::Init(start, region_bytes, first_.memory, kMapBytes);
  }
  Result<void> AddMemory(void* start, std::size_t region_bytes) {
    return Locked::AddMemory(start, region_bytes, second_.memory, kMapBytes);
  }

 private:
  static constexpr std::size_t kMapBytes =
      MappedHeap::MapBytesFor(kArenaBytes / 2);
  struct alignas(std::max_align_t) Map {
    std::byte memory[kMapBytes];
  };

  Map first_;
  Map second_;
};

using SharedAllocators =
    testing::Types<Locked<SlabByteAllocator, SpinLock>,
                   Locked<SlabByteAllocator, std::mutex>,
                   Locked<BuddyByteAllocator, SpinLock>, LockedAndMapped>;
TYPED_TEST_SUITE(SharedByThreads, SharedAllocators);

TYPED_TEST(SharedByThreads, KeepsContentsAndHasEverythingBackAtTheEnd) {
  TypeParam& shared = this->shared_;
  ASSERT_TRUE(shared.Init(this->arena_.at(0), kArenaBytes / 2));
  std::array<std::size_t, kThreads> faults{};
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (unsigned i = 0; i < kThreads; ++i) {
    threads.emplace_back(
        [&, i] { faults[i] = Client<TypeParam>(shared, i).Run(); });
  }
  EXPECT_TRUE(
      shared.AddMemory(this->arena_.at(kArenaBytes / 2), kArenaBytes / 2));
  EXPECT_EQ(shared.Audit(), nullptr);
  EXPECT_LE(shared.UsedBytes(), 2 * kArenaBytes);
  threads.clear();
  EXPECT_EQ(faults, (std::array<std::size_t, kThreads>{}));
  EXPECT_EQ(shared.AvailableBytes(), kArenaBytes);
  EXPECT_EQ(shared.TotalBytes(), shared.UsedBytes() + kArenaBytes);
  EXPECT_EQ(shared.Audit(), nullptr);
}

TEST(NoLock, ServesOneThread) {
  const Arena arena(kArenaBytes);
  Locked<SlabByteAllocator, NoLock> allocator;
  ASSERT_TRUE(allocator.Init(arena.at(0), kArenaBytes));
  using Only = Client<Locked<SlabByteAllocator, NoLock>>;
  EXPECT_EQ(Only(allocator, 0).Run(), 0u);
  EXPECT_EQ(allocator.AvailableBytes(), kArenaBytes);
  EXPECT_EQ(allocator.Audit(), nullptr);
}

TEST(SpinLock, LetsOneThreadInAtATime) {
  SpinLock lock;
  std::size_t count = 0;
  {
    std::vector<std::jthread> threads;
    threads.reserve(kThreads);
    for (unsigned i = 0; i < kThreads; ++i) {
      threads.emplace_back([&] {
        for (int j = 0; j < 5000; ++j) {
          const LockGuard guard(lock);
          ++count;
        }
      });
    }
  }
  EXPECT_EQ(count, kThreads * 5000);
}

struct WatchedLock {
  inline static bool is_held = false;
  void lock() { is_held = true; }
  void unlock() { is_held = false; }
};

// Counts the operations that are done without the lock. Each figure is another, so
// that it shows if two are swapped.
struct WatchedAllocator {
  inline static int unlocked = 0;
  static void Look() { unlocked += !WatchedLock::is_held; }

  Result<void> Init(void*, std::size_t) { return Look(), Result<void>{}; }
  Result<void> AddMemory(void*, std::size_t) { return Look(), Result<void>{}; }
  Result<void*> Allocate(Layout) { return Look(), nullptr; }
  Result<void> Deallocate(void*, Layout) { return Look(), Result<void>{}; }
  Result<void> Resize(void*, Layout old_layout, Layout new_layout) {
    Look();
    EXPECT_EQ(old_layout.size_bytes(), 1u);
    EXPECT_EQ(new_layout.size_bytes(), 2u);
    return {};
  }
  std::size_t Trim() { return Look(), 4; }
  std::size_t TotalBytes() const { return Look(), 3; }
  std::size_t UsedBytes() const { return Look(), 1; }
  std::size_t AvailableBytes() const { return Look(), 2; }
  const char* Audit() const { return Look(), nullptr; }
};

TEST(Locked, HoldsItsLockDuringEveryOperationAndNotAfterwards) {
  Locked<WatchedAllocator, WatchedLock> locked;
  EXPECT_TRUE(locked.Init(nullptr, 0));
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_TRUE(locked.AddMemory(nullptr, 0));
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_TRUE(locked.Allocate(LayoutOf(0)));
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_TRUE(locked.Deallocate(nullptr, LayoutOf(0)));
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_TRUE(locked.Resize(nullptr, LayoutOf(1), LayoutOf(2)));
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_EQ(locked.Trim(), 4u);
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_EQ(locked.TotalBytes(), 3u);
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_EQ(locked.UsedBytes(), 1u);
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_EQ(locked.AvailableBytes(), 2u);
  EXPECT_FALSE(WatchedLock::is_held);
  const ByteStatistics statistics = locked.ReadStatistics();
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_EQ(statistics.total_bytes, 3u);
  EXPECT_EQ(statistics.used_bytes, 1u);
  EXPECT_EQ(statistics.available_bytes, 2u);
  EXPECT_EQ(locked.Audit(), nullptr);
  EXPECT_FALSE(WatchedLock::is_held);
  EXPECT_EQ(WatchedAllocator::unlocked, 0);
}

}  // namespace
}  // namespace lockstep::locked_test
