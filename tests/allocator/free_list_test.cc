#include "allocator/bytes/free_list.h"

#include <array>
#include <cstddef>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::free_list_test {
namespace {

constexpr auto kAnyIsSound = [](const FreeBlock*) { return true; };

// Blocks 0..5, so that block 5 stands first.
class FreeListOfSix : public testing::Test {
 protected:
  FreeListOfSix() {
    for (FreeBlock& block : blocks_) list_.Push(&block);
  }

  std::vector<std::size_t> PopAll() {
    std::vector<std::size_t> order;
    while (!list_.empty()) {
      const auto* block = static_cast<FreeBlock*>(list_.Pop());
      order.push_back(static_cast<std::size_t>(block - blocks_.data()));
    }
    return order;
  }

  const void* Find(const void* one, const void* other, std::size_t budget = 6) {
    return list_.FindEither(one, other, budget).block;
  }

  void Unlink(std::size_t block) {
    std::size_t budget = 6;
    FreeList::Unlink(list_.FindEither(&blocks_[block], nullptr, budget).link);
  }

  std::array<FreeBlock, 6> blocks_{};
  FreeList list_{};
};

using Order = std::vector<std::size_t>;

TEST(FreeList, StartsEmpty) {
  constexpr FreeList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.head(), nullptr);
}

TEST_F(FreeListOfSix, PopsTheLastPushedFirst) {
  EXPECT_EQ(list_.head(), &blocks_[5]);
  EXPECT_EQ(PopAll(), (Order{5, 4, 3, 2, 1, 0}));
  EXPECT_EQ(list_.head(), nullptr);
}

TEST_F(FreeListOfSix, FindsEveryBlock) {
  const FreeBlock other{};
  for (const FreeBlock& block : blocks_) {
    EXPECT_EQ(Find(&other, &block), &block);
    EXPECT_EQ(Find(&block, &other), &block);
  }
}

TEST_F(FreeListOfSix, FindsWhicheverOfTwoStandsFirst) {
  EXPECT_EQ(Find(&blocks_[1], &blocks_[3]), &blocks_[3]);
  EXPECT_EQ(Find(&blocks_[3], &blocks_[1]), &blocks_[3]);
}

TEST_F(FreeListOfSix, FindsNoOtherBlock) {
  const FreeBlock other{};
  EXPECT_EQ(Find(&other, nullptr), nullptr);
}

TEST_F(FreeListOfSix, StopsAtTheBlockBehindItsBudget) {
  const FreeBlock other{};
  EXPECT_EQ(Find(&blocks_[0], nullptr, 0), &blocks_[5]);
  EXPECT_EQ(Find(&blocks_[0], nullptr, 4), &blocks_[1]);
  EXPECT_EQ(Find(&blocks_[0], nullptr, 5), &blocks_[0]);
  EXPECT_EQ(Find(&other, nullptr, 5), &blocks_[0]);
  EXPECT_EQ(Find(&other, nullptr, 6), nullptr);
}

TEST_F(FreeListOfSix, TakesWhatItPassesOffTheBudget) {
  std::size_t budget = 9;
  EXPECT_EQ(list_.FindEither(&blocks_[3], nullptr, budget).block, &blocks_[3]);
  EXPECT_EQ(budget, 7u);
  EXPECT_EQ(list_.FindEither(nullptr, nullptr, budget).block, nullptr);
  EXPECT_EQ(budget, 1u);
  EXPECT_EQ(list_.FindEither(nullptr, nullptr, budget).block, &blocks_[4]);
  EXPECT_EQ(budget, 0u);
}

TEST_F(FreeListOfSix, EndsASearchOfACycle) {
  const FreeBlock other{};
  blocks_[0].next = &blocks_[5];
  EXPECT_NE(Find(&other, nullptr, 1000), nullptr);
}

TEST_F(FreeListOfSix, KeepsTheOrderOfTheOthersWhenTheFirstIsUnlinked) {
  Unlink(5);
  EXPECT_EQ(PopAll(), (Order{4, 3, 2, 1, 0}));
}

TEST_F(FreeListOfSix, KeepsTheOrderOfTheOthersWhenOneInTheMiddleIsUnlinked) {
  Unlink(2);
  EXPECT_EQ(PopAll(), (Order{5, 4, 3, 1, 0}));
}

TEST_F(FreeListOfSix, KeepsTheOrderOfTheOthersWhenTheLastIsUnlinked) {
  Unlink(0);
  EXPECT_EQ(PopAll(), (Order{5, 4, 3, 2, 1}));
}

TEST(FreeListAudit, CountsTheBlocks) {
  std::array<FreeBlock, 40> blocks{};
  FreeList list;
  for (std::size_t count = 0; count < blocks.size(); ++count) {
    const auto [links, counted] = list.Audit(kAnyIsSound);
    EXPECT_EQ(links, FreeList::Links::kSound);
    EXPECT_EQ(counted, count);
    list.Push(&blocks[count]);
  }
}

TEST(FreeListAudit, EndsOnEveryCycleBehindEveryTail) {
  for (std::size_t length = 1; length <= 40; ++length) {
    for (std::size_t target = 0; target < length; ++target) {
      std::array<FreeBlock, 40> blocks{};
      FreeList list;
      for (std::size_t i = 0; i < length; ++i) list.Push(&blocks[i]);
      blocks[0].next = &blocks[target];
      EXPECT_EQ(list.Audit(kAnyIsSound).links, FreeList::Links::kCyclic)
          << length << " blocks, the last linked to block " << target;
    }
  }
}

TEST(FreeListAudit, DoesNotFollowALinkThatIsNotSound) {
  std::array<FreeBlock, 3> blocks{};
  FreeList list;
  for (FreeBlock& block : blocks) list.Push(&block);
  auto* const wild = reinterpret_cast<FreeBlock*>(std::size_t{3});
  blocks[1].next = wild;
  const auto [links, counted] =
      list.Audit([&](const FreeBlock* block) { return block != wild; });
  EXPECT_EQ(links, FreeList::Links::kWild);
  EXPECT_EQ(counted, 2u);
}

}  // namespace
}  // namespace lockstep::free_list_test
