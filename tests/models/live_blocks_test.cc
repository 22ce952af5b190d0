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
  auto place = blocks.First();
  for (; place != LiveBlocks::Place::kEnd; place = blocks.After(place)) {
    EXPECT_EQ(place, LiveBlocks::PlaceOf(blocks.At(place).slot));
    slots.push_back(blocks.At(place).slot);
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
  ASSERT_EQ(place == LiveBlocks::Place::kEnd, next == tree.end());
  if (next == tree.end()) {
    EXPECT_EQ(blocks.At(place).offset, UINT64_MAX);
  } else {
    EXPECT_EQ(blocks.At(place).slot, next->second);
  }
  if (next == tree.begin()) {
    EXPECT_EQ(blocks.Before(place).end, 0u);
  } else {
    EXPECT_EQ(blocks.Before(place).slot, std::prev(next)->second);
  }
}

// Blocks come and go at random, most often about half of them are there; now and
// then all go. Their offsets are multiples of the step, shuffled.
void TryWith(std::uint32_t slots, std::uint64_t step) {
  std::mt19937_64 random(slots);
  LiveBlocks blocks;
  Tree tree;
  for (int i = 0; i < 20'000; ++i) {
    const auto slot = static_cast<std::uint32_t>(random() % slots);
    const std::uint64_t offset = slot * std::uint64_t{7919} % slots * step;
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
    ExpectAround(blocks, blocks.First(), tree, 0);
  }
}

TEST(LiveBlocks, AreInOrderHoweverManyThereAre) {
  for (const std::uint32_t slots : {1u, 5u, 64u, 130u, 1000u, 9000u}) {
    SCOPED_TRACE(slots);
    // From bytes of one bucket to all of an address space, and past 2^32 at once.
    for (const std::uint64_t step :
         {std::uint64_t{1}, std::uint64_t{64}, std::uint64_t{5000},
          std::uint64_t{1} << 33, UINT64_MAX / slots}) {
      SCOPED_TRACE(step);
      TryWith(slots, step);
    }
  }
}

// The tree becomes higher while there are blocks in it, by several levels.
TEST(LiveBlocks, StayInOrderWhenOneComesFarAbove) {
  LiveBlocks blocks;
  Tree tree;
  std::uint32_t slot = 0;
  for (unsigned bits = 0; bits < 64; bits += bits % 20 == 0 ? 1 : 19) {
    for (const std::uint64_t add : {1u, 0u}) {
      const std::uint64_t offset = (std::uint64_t{1} << bits) - add;
      if (tree.contains(offset)) continue;
      blocks.Insert(blocks.Find(offset), {offset, offset + 1, 1, 0, slot});
      tree.emplace(offset, slot++);
      ASSERT_EQ(SlotsOf(blocks), SlotsOf(tree));
    }
    for (const auto& [offset, at] : tree) {
      ExpectAround(blocks, blocks.Find(offset + 1), tree, offset + 1);
    }
  }
  while (!tree.empty()) {
    const auto [offset, last] = *std::prev(tree.end());
    tree.erase(offset);
    ExpectAround(blocks, blocks.Erase(last), tree, offset);
    ExpectAround(blocks, blocks.Find(offset), tree, offset);
  }
}

// Where addresses are offsets, a port may return any.
TEST(LiveBlocks, MayBeginInTheLastBucketOfAll) {
  LiveBlocks blocks;
  const std::uint64_t high = UINT64_MAX - 100;
  blocks.Insert(blocks.Find(high), {high, high + 1, 1, 0, 0});
  const Tree one = {{high, 0}};
  for (const std::uint64_t offset : {std::uint64_t{0}, high, high + 1}) {
    ExpectAround(blocks, blocks.Find(offset), one, offset);
  }
  EXPECT_EQ(blocks.Erase(0), LiveBlocks::Place::kEnd);
  ExpectAround(blocks, blocks.Find(5), {}, 5);
  blocks.Insert(blocks.Find(7), {7, 8, 1, 0, 1});
  ExpectAround(blocks, blocks.Find(high), {{7, 1}}, high);
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
