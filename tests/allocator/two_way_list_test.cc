#include "allocator/bytes/two_way_list.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "tests/allocator/arena.h"

namespace lockstep::two_way_list_test {
namespace {

constexpr std::size_t kUnit = 8;

class TwoWay : public testing::Test {
 protected:
  void* Block(std::size_t unit) { return arena_.at(unit * kUnit); }

  std::vector<std::size_t> PopAll() {
    std::vector<std::size_t> units;
    while (!list_.empty()) {
      units.push_back((AddressOf(list_.Pop()) - arena_.start()) / kUnit);
    }
    return units;
  }

  bool IsInside(const void* block) const { return arena_.Contains(block); }
  bool CanUnlink(std::size_t unit) {
    return list_.IsLinked(
        Block(unit), [this](const void* block) { return IsInside(block); });
  }
  FreeList::Walk Audit() const {
    return list_.Audit([this](const void* block) { return IsInside(block); });
  }

  void Damage(std::size_t unit, std::int32_t next, std::int32_t previous) {
    auto* const links = static_cast<TwoWayBlock*>(Block(unit));
    links->next = next;
    links->previous = previous;
  }

  Arena arena_{4096};
  TwoWayList<kUnit> list_{};
};

using Units = std::vector<std::size_t>;

TEST_F(TwoWay, IsLastInFirstOut) {
  for (const std::size_t unit : {5u, 1u, 400u, 2u}) list_.Push(Block(unit));
  EXPECT_EQ(list_.head(), Block(2));
  EXPECT_EQ(PopAll(), (Units{2, 400, 1, 5}));
}

TEST_F(TwoWay, UnlinksAnyBlockAndKeepsTheOrderOfTheOthers) {
  for (std::size_t gone = 1; gone <= 4; ++gone) {
    for (std::size_t unit = 1; unit <= 4; ++unit) list_.Push(Block(unit));
    ASSERT_TRUE(CanUnlink(gone));
    list_.Unlink(Block(gone));
    EXPECT_EQ(Audit().links, FreeList::Links::kSound);
    Units left;
    for (std::size_t unit = 4; unit >= 1; --unit) {
      if (unit != gone) left.push_back(unit);
    }
    EXPECT_EQ(PopAll(), left);
  }
}

TEST_F(TwoWay, DoesNotFindABlockWhoseNeighboursDoNotLinkBack) {
  for (std::size_t unit = 1; unit <= 3; ++unit) list_.Push(Block(unit));
  Damage(2, -1, 0);  // The middle one says that it is the first.
  EXPECT_FALSE(CanUnlink(2));
  EXPECT_FALSE(CanUnlink(3));
  EXPECT_EQ(Audit().links, FreeList::Links::kWild);
}

TEST_F(TwoWay, DoesNotFindABlockThatTheOneBeforeItSkips) {
  for (std::size_t unit = 1; unit <= 3; ++unit) list_.Push(Block(unit));
  Damage(3, -2, 0);  // To the last, which links back to the middle one.
  EXPECT_FALSE(CanUnlink(2));
}

// As a client can make them that writes to free memory: a head that is left on
// the list would be written to while it is in use.
TEST_F(TwoWay, DoesNotUnlinkTheHeadOfARing) {
  list_.Push(Block(1));
  list_.Push(Block(2));
  Damage(2, -1, -1);
  Damage(1, 1, 1);
  EXPECT_FALSE(CanUnlink(2));
  EXPECT_TRUE(CanUnlink(1));
}

TEST_F(TwoWay, ReadsNoBlockThatIsNotSound) {
  list_.Push(Block(1));
  list_.Push(Block(2));
  for (const std::int32_t wild : {INT32_MIN, INT32_MAX, -3, 511, 1'000'000}) {
    Damage(1, wild, 1);
    EXPECT_FALSE(CanUnlink(1)) << wild;
    EXPECT_EQ(Audit().links, FreeList::Links::kWild) << wild;
    Damage(1, 0, wild);
    EXPECT_FALSE(CanUnlink(1)) << wild;
    EXPECT_EQ(Audit().links, FreeList::Links::kWild) << wild;
  }
}

TEST_F(TwoWay, TheAuditEndsOnACycle) {
  for (std::size_t unit = 1; unit <= 3; ++unit) list_.Push(Block(unit));
  Damage(1, 2, 1);  // Back to the first.
  EXPECT_EQ(Audit().links, FreeList::Links::kWild);
}

}  // namespace
}  // namespace lockstep::two_way_list_test
