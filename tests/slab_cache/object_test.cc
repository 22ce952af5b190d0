// Constructors that throw, and destructors that free.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "allocator/base/lock.h"
#include "allocator/objects/slab_cache.h"
#include "gtest/gtest.h"
#include "tests/slab_cache/cache_outcome.h"
#include "tests/slab_cache/yard.h"

namespace lockstep::object_test {
namespace {

// Throws when the count of those to be made is used up.
struct Fragile {
  explicit Fragile(std::uint32_t& made_left, const char* text = "")
      : name(text) {
    if (made_left-- == 0) throw std::runtime_error(name);
  }
  std::string name;
};

class ThrowingConstructor : public testing::Test {
 protected:
  using Cache = SlabCache<Fragile, SpinLock, 512, YardProvider>;

  static constexpr std::uint32_t kSlots = Cache::slots_per_slab();

  Yard yard_{512, 8};
  Cache cache_ = Cache::Create(YardProvider{&yard_}).value();
  std::uint32_t made_left_ = 0;
};

TEST_F(ThrowingConstructor, LeavesItsSlotFree) {
  EXPECT_THROW((void)cache_.Allocate(made_left_, "long enough for the heap"),
               std::runtime_error);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
  EXPECT_EQ(cache_.Audit(), nullptr);
  made_left_ = 1;
  EXPECT_EQ(
      cache_.Allocate(made_left_, "and works the next time").value()->name,
      "and works the next time");
}

TEST_F(ThrowingConstructor, GivesBackTheSlabThatItNeeded) {
  made_left_ = kSlots;
  std::vector<Cache::Box> boxes(kSlots);
  for (auto& box : boxes) box = cache_.Allocate(made_left_).value();
  yard_.Journal();
  EXPECT_THROW((void)cache_.Allocate(made_left_), std::runtime_error);
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(yard_.Journal(), "+1 -1");
}

// As an argument of AllocateMany, which hands out const references.
struct Budget {
  std::uint32_t* made_left;
};

struct Counted {
  explicit Counted(const Budget& budget) {
    if ((*budget.made_left)-- == 0) throw std::runtime_error("used up");
    ++living;
  }
  ~Counted() { --living; }
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  static int living;
  std::uint32_t name = 0;
};

int Counted::living = 0;

TEST(ThrowingConstructors, OfManyLeaveNone) {
  using Cache = SlabCache<Counted, NoLock, 256, YardProvider>;
  Yard yard(256, 8);
  auto cache = Cache::Create(YardProvider{&yard}).value();
  std::uint32_t made_left = 1;
  auto first = cache.Allocate(Budget{&made_left}).value();
  for (std::uint32_t fails_at = 0; fails_at < 60; ++fails_at) {
    std::vector<Cache::Box> many(60);
    made_left = fails_at;
    EXPECT_THROW((void)cache.AllocateMany(many, Budget{&made_left}),
                 std::runtime_error);
    for (const auto& box : many) EXPECT_FALSE(box);
    EXPECT_EQ(Counted::living, 1) << fails_at;
    EXPECT_EQ(cache.ReadStatistics()->live_objects, 1u);
    EXPECT_EQ(cache.Audit(), nullptr);
  }
  EXPECT_EQ(cache.Trim(), CacheResult<void>());
  EXPECT_EQ(yard.lent(), 1u);
}

// What is thrown goes on, though the provider errs as well.
TEST(ThrowingConstructors, OfManyLeaveNoneIfASlabIsNotTakenBack) {
  using Cache = SlabCache<Counted, NoLock, 256, YardProvider>;
  Yard yard(256, 8);
  auto cache = Cache::Create(YardProvider{&yard}).value();
  std::vector<Cache::Box> many(3 * Cache::slots_per_slab());
  for (const auto fails_at : {many.size() - 1, std::size_t{0}}) {
    yard.faults().not_take_back = 1;
    auto made_left = static_cast<std::uint32_t>(fails_at);
    EXPECT_THROW((void)cache.AllocateMany(many, Budget{&made_left}),
                 std::runtime_error);
    EXPECT_EQ(Counted::living, 0);
    EXPECT_EQ(cache.ReadStatistics()->live_objects, 0u);
    EXPECT_EQ(cache.Audit(), nullptr);
  }
}

// A tree whose nodes own boxes of the cache they are from.
struct Node {
  using Cache = SlabCache<Node, SpinLock, 1024, YardProvider>;
  SlabBox<Node, SpinLock, 1024, YardProvider> left;
  SlabBox<Node, SpinLock, 1024, YardProvider> right;
};

SlabBox<Node, SpinLock, 1024, YardProvider> Grow(Node::Cache& cache,
                                                 int depth) {
  auto node = cache.Allocate().value();
  if (depth > 0) {
    node->left = Grow(cache, depth - 1);
    node->right = Grow(cache, depth - 1);
  }
  return node;
}

class Tree : public testing::Test {
 protected:
  Yard yard_{1024, 64};
  Node::Cache cache_ = Node::Cache::Create(YardProvider{&yard_}).value();
};

TEST_F(Tree, IsFreedByItsRootWithoutDeadlock) {
  auto root = Grow(cache_, 7);
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 255u);
  EXPECT_EQ(root.Free(), CacheResult<void>());
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
  EXPECT_EQ(cache_.Audit(), nullptr);
}

TEST_F(Tree, IsFreedByItsRootAfterTheLastHandle) {
  auto root = Grow(cache_, 7);
  EXPECT_EQ(cache_.Detach(), CacheResult<void>());
  EXPECT_EQ(root.Free(), CacheResult<void>());
  EXPECT_EQ(yard_.lent(), 0u);
  EXPECT_EQ(yard_.mistakes(), "");
}

TEST_F(Tree, IsFreedAmongManyByFreeMany) {
  std::vector<Node::Cache::Box> roots(3);
  for (auto& root : roots) root = Grow(cache_, 4);
  EXPECT_EQ(cache_.FreeMany(roots), CacheResult<void>());
  EXPECT_EQ(cache_.ReadStatistics()->live_objects, 0u);
  EXPECT_EQ(cache_.Trim(), CacheResult<void>());
  EXPECT_EQ(yard_.lent(), 1u);
}

// Frees itself once more while it is destroyed.
struct Narcissus {
  using Box = SlabBox<Narcissus, SpinLock, 512, YardProvider>;
  ~Narcissus() { *outcome = Box::FromRaw(this).Free(); }
  CacheResult<void>* outcome;
};

TEST(Destructor, CannotFreeItsOwnObjectAgain) {
  using Cache = SlabCache<Narcissus, SpinLock, 512, YardProvider>;
  Yard yard(512, 1);
  auto cache = Cache::Create(YardProvider{&yard}).value();
  CacheResult<void> outcome;
  auto box = cache.Allocate(&outcome).value();
  EXPECT_EQ(box.Free(), CacheResult<void>());
  EXPECT_EQ(outcome, kInvalidPointer);
  EXPECT_EQ(cache.Audit(), nullptr);
}

}  // namespace
}  // namespace lockstep::object_test
