#include "models/shadow/live_blocks.h"

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

using Tree = std::map<std::uint64_t, std::uint32_t>;  // Slots by offset.

std::vector<std::uint32_t> SlotsOf(const LiveBlocks& blocks) {
  std::vector<std::uint32_t> slots;
  auto place = LiveBlocks::First();
  for (; const auto* block = blocks.At(place); place = blocks.Next(place)) {
    slots.push_back(block->slot);
  }
  return slots;
}

std::vector<std::uint32_t> SlotsOf(const Tree& tree) {
  std::vector<std::uint32_t> slots;
  for (const auto& [offset, slot] : tree) slots.push_back(slot);
  return slots;
}

// The blocks on either side of a place are those of the tree.
void ExpectAround(const LiveBlocks& blocks, LiveBlocks::Place place,
                  const Tree& tree, std::uint64_t offset) {
  const auto next = tree.lower_bound(offset);
  const auto* const at = blocks.At(place);
  ASSERT_EQ(at == nullptr, next == tree.end());
  if (at != nullptr) {
    EXPECT_EQ(at->slot, next->second);
  }
  const auto* const before = blocks.Before(place);
  ASSERT_EQ(before == nullptr, next == tree.begin());
  if (before != nullptr) {
    EXPECT_EQ(before->slot, std::prev(next)->second);
  }
}

// Blocks come and go at random, most often about half of them are there; now and
// then all go.
void TryWith(std::uint32_t slots) {
  std::mt19937_64 random(slots);
  LiveBlocks blocks;
  Tree tree;
  for (int i = 0; i < 20'000; ++i) {
    const auto slot = static_cast<std::uint32_t>(random() % slots);
    const std::uint64_t offset = slot * 0x9E3779B1u % 0xFFFF'FFFFu;
    const auto found = tree.find(offset);
    if (found == tree.end()) {
      const auto place = blocks.Find(offset);
      ExpectAround(blocks, place, tree, offset);
      blocks.Insert(place, {offset, offset + 1, 1, offset, slot});
      tree.emplace(offset, slot);
    } else {
      ASSERT_EQ(blocks.InSlot(slot).offset, offset);
      tree.erase(found);
      ExpectAround(blocks, blocks.Erase(slot), tree, offset);
    }
    if (i % 1000 == 999) {
      EXPECT_EQ(SlotsOf(blocks), SlotsOf(tree));
    }
    if (i % 7000 == 6999) {
      blocks.Clear();
      tree.clear();
    }
  }
  while (!tree.empty()) {
    blocks.Erase(tree.begin()->second);
    tree.erase(tree.begin());
    ExpectAround(blocks, LiveBlocks::First(), tree, 0);
  }
}

TEST(LiveBlocks, AreInOrderHoweverManyThereAre) {
  for (const std::uint32_t slots : {1u, 5u, 64u, 130u, 1000u, 9000u}) {
    SCOPED_TRACE(slots);
    TryWith(slots);
  }
}

TEST(LiveBlocks, MayComeInAnyOrder) {
  constexpr std::uint32_t kSlots = 1000;
  LiveBlocks rising;
  LiveBlocks falling;
  for (std::uint32_t slot = 0; slot < kSlots; ++slot) {
    const std::uint32_t last = kSlots - 1 - slot;
    rising.Insert(rising.Find(slot), {slot, slot + 1, 1, 0, slot});
    falling.Insert(falling.Find(last), {last, last + 1, 1, 0, last});
  }
  EXPECT_EQ(SlotsOf(rising), SlotsOf(falling));
  EXPECT_EQ(SlotsOf(rising).size(), std::size_t{kSlots});
}

}  // namespace
}  // namespace lockstep::suite
