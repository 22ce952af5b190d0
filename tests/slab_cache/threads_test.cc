// Families that threads share, as ThreadSanitizer and the contents see them.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <mutex>
#include <random>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"

namespace lockstep::threads_test {
namespace {

// What is lent from malloc, and with which layout.
class Ledger {
 public:
  void* Allocate(Layout layout) {
    void* const slab =
        std::aligned_alloc(layout.align_bytes(), layout.size_bytes());
    const std::scoped_lock lock(mutex_);
    lent_[slab] = layout.size_bytes();
    ++taken_;
    return slab;
  }
  bool Free(void* slab, Layout layout) {
    const std::scoped_lock lock(mutex_);
    const auto found = lent_.find(slab);
    if (found == lent_.end() || found->second != layout.size_bytes()) {
      return false;
    }
    lent_.erase(found);
    std::free(slab);
    return true;
  }
  std::size_t lent() const { return lent_.size(); }
  std::size_t taken() const { return taken_; }

 private:
  std::mutex mutex_;
  std::map<void*, std::size_t> lent_;
  std::size_t taken_ = 0;
};

struct LedgerProvider {
  Ledger* ledger;
  void* Allocate(Layout layout) const { return ledger->Allocate(layout); }
  bool Free(void* slab, Layout layout) const {
    return ledger->Free(slab, layout);
  }
};

// Checks itself when it dies.
struct Letter {
  Letter(std::uint64_t from, std::uint64_t number)
      : writer(from), text(from * 1'000'003 + number), copy(~text) {}
  ~Letter() {
    if (copy != ~text) std::abort();
    copy = text;
  }
  Letter(const Letter&) = delete;
  Letter& operator=(const Letter&) = delete;

  std::uint64_t writer;
  std::uint64_t text;
  std::uint64_t copy;
};

using Cache = SlabCache<Letter, SpinLock, 512, LedgerProvider>;
using Box = Cache::Box;

constexpr std::size_t kThreads = 8;
constexpr int kRounds = 3000;

class Queue {
 public:
  void Push(Box box) {
    const std::scoped_lock lock(mutex_);
    boxes_.push_back(std::move(box));
  }
  Box Pop() {
    const std::scoped_lock lock(mutex_);
    if (boxes_.empty()) return Box();
    Box box = std::move(boxes_.back());
    boxes_.pop_back();
    return box;
  }

 private:
  std::mutex mutex_;
  std::vector<Box> boxes_;
};

void RunOnThreads(std::size_t count,
                  const std::function<void(std::size_t)>& work) {
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < count; ++i) threads.emplace_back(work, i);
}

// Writes letters to others, clones its handle, reads and frees what it gets.
void Correspond(Cache cache, std::size_t self,
                std::array<Queue, kThreads>& queues) {
  std::minstd_rand random(static_cast<unsigned>(self + 1));
  std::vector<Cache> clones;
  for (int round = 0; round < kRounds; ++round) {
    auto box = cache.Allocate(self, static_cast<std::uint64_t>(round));
    ASSERT_TRUE(box);
    queues[random() % kThreads].Push(std::move(*box));
    if (Box letter = queues[self].Pop()) {
      ASSERT_EQ(letter->copy, ~letter->text);
      ASSERT_LT(letter->writer, kThreads);
    }
    if (random() % 8 == 0) clones.push_back(cache);
    if (random() % 64 == 0) clones.clear();
    if (random() % 256 == 0) {
      ASSERT_EQ(cache.Audit(), nullptr);
    }
    if (random() % 128 == 0) {
      ASSERT_TRUE(cache.Trim());
    }
  }
}

TEST(Threads, HandObjectsOverAndFreeThemElsewhere) {
  Ledger ledger;
  {
    auto cache = Cache::Create(LedgerProvider{&ledger}).value();
    std::array<Queue, kThreads> queues;
    RunOnThreads(kThreads,
                 [&](std::size_t self) { Correspond(cache, self, queues); });
    EXPECT_EQ(cache.Audit(), nullptr);
    EXPECT_TRUE(cache.Detach()) << "the queues outlive it";
  }
  EXPECT_EQ(ledger.lent(), 0u);
  EXPECT_GT(ledger.taken(), 1u);
}

TEST(Threads, AllocateAndFreeManyAtOnce) {
  Ledger ledger;
  {
    auto cache = Cache::Create(LedgerProvider{&ledger}).value();
    RunOnThreads(kThreads, [&cache](std::size_t self) {
      for (std::size_t round = 0; round < 200; ++round) {
        std::vector<Box> boxes(1 + (self * 7 + round) % 40);
        ASSERT_TRUE(cache.AllocateMany(boxes, self, round));
        for (const Box& box : boxes) ASSERT_EQ(box->writer, self);
        ASSERT_TRUE(cache.FreeMany(boxes));
      }
    });
    EXPECT_EQ(cache.ReadStatistics()->live_objects, 0u);
    EXPECT_LE(cache.ReadStatistics()->slabs, 2u);
  }
  EXPECT_EQ(ledger.lent(), 0u);
}

// Every thread holds a handle or an object; all let go at once.
TEST(Threads, RaceTheLastObjectAgainstTheLastHandle) {
  for (int round = 0; round < 300; ++round) {
    Ledger ledger;
    {
      auto cache = Cache::Create(LedgerProvider{&ledger}).value();
      std::array<Box, kThreads> boxes;
      std::vector<Cache> handles(kThreads / 2, cache);
      ASSERT_TRUE(
          cache.AllocateMany(std::span(boxes).first(kThreads / 2), 1u, 2u));
      ASSERT_TRUE(cache.Detach());
      std::atomic<int> waiting = kThreads;
      RunOnThreads(kThreads, [&](std::size_t self) {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
        const auto done =
            self % 2 == 0 ? boxes[self / 2].Free() : handles[self / 2].Detach();
        ASSERT_TRUE(done);
      });
    }
    ASSERT_EQ(ledger.lent(), 0u) << round;
  }
}

}  // namespace
}  // namespace lockstep::threads_test
