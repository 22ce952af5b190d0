#include <cstddef>
#include <cstdint>
#include <vector>

#include "allocator/base/lock.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/locked.h"
#include "allocator/bytes/region_table.h"
#include "allocator/bytes/slab.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

// Each test breaks one thing and then only audits: the allocator is of no other
// use any more.

namespace lockstep::audit_test {
namespace {

// What no link to a block of 64 bytes or more may be. None of it is mapped but
// what lies in the arena.
std::vector<void*> WildLinks(const Arena& arena) {
  return {arena.at(1),
          arena.at(4096 + 32),
          PointerTo(arena.start() - 64),
          PointerTo(arena.end()),
          PointerTo(arena.end() - 1),
          PointerTo(8),
          PointerTo(64),
          PointerTo(AlignDown(UINTPTR_MAX, 64)),
          PointerTo(UINTPTR_MAX)};
}

// 64 blocks of 64 bytes are free, at 0, 128, and so on; the last stands first.
class BuddyAudit : public testing::Test {
 protected:
  BuddyAudit() {
    EXPECT_TRUE(buddy_.Init(arena_.at(0), arena_.bytes()));
    while (buddy_.Allocate(LayoutOf(60))) continue;
    for (std::size_t offset = 0; offset < arena_.bytes(); offset += 128) {
      EXPECT_TRUE(buddy_.Deallocate(arena_.at(offset), LayoutOf(60)));
    }
    EXPECT_EQ(buddy_.Audit(), nullptr);
  }

  Arena arena_{8192};
  BuddyAllocator<> buddy_{};
};

TEST_F(BuddyAudit, NamesACyclicList) {
  for (std::size_t from = 0; from < arena_.bytes(); from += 128) {
    const void* const next = PointerTo(LoadWord(arena_.at(from)));
    for (std::size_t to = from; to < arena_.bytes(); to += 128) {
      StoreLink(arena_.at(from), arena_.at(to));
      EXPECT_STREQ(buddy_.Audit(), "buddy.acyclic") << from << "->" << to;
    }
    StoreLink(arena_.at(from), next);
  }
  EXPECT_EQ(buddy_.Audit(), nullptr);
}

TEST_F(BuddyAudit, NamesAWildLink) {
  for (const std::size_t from : {0u, 4096u, 8064u}) {
    const void* const next = PointerTo(LoadWord(arena_.at(from)));
    for (const void* wild : WildLinks(arena_)) {
      StoreLink(arena_.at(from), wild);
      EXPECT_STREQ(buddy_.Audit(), "buddy.links") << wild;
    }
    StoreLink(arena_.at(from), next);
  }
  EXPECT_EQ(buddy_.Audit(), nullptr);
}

TEST_F(BuddyAudit, NamesALinkToABlockThatSticksOutOfItsRegion) {
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy_.Deallocate(arena_.at(64), LayoutOf(60)));
  const Arena arena(4096);
  ASSERT_TRUE(buddy.Init(arena.at(0), 64 + 32));
  StoreLink(arena.at(0), arena.at(64));
  EXPECT_STREQ(buddy.Audit(), "buddy.links");
}

TEST_F(BuddyAudit, NamesABlockThatIsSmallerThanTheUnit) {
  StoreLink(&buddy_, arena_.at(0));  // Its first list: blocks of one byte.
  EXPECT_STREQ(buddy_.Audit(), "buddy.links");
}

TEST_F(BuddyAudit, NamesALostBlock) {
  StoreLink(arena_.at(4096), nullptr);
  EXPECT_STREQ(buddy_.Audit(), "buddy.conserved");
}

TEST_F(BuddyAudit, NamesAWrongTotal) {
  ASSERT_EQ(ReplaceWord(buddy_, 8192, 8192 + 64), 1u);
  EXPECT_STREQ(buddy_.Audit(), "buddy.total");
}

TEST_F(BuddyAudit, NamesAWrongUse) {
  ASSERT_EQ(ReplaceWord(buddy_, buddy_.UsedBytes(), 4096 + 64), 1u);
  EXPECT_STREQ(buddy_.Audit(), "buddy.conserved");
}

TEST_F(BuddyAudit, NamesMoreRequestedThanUsed) {
  ASSERT_EQ(ReplaceWord(buddy_, buddy_.RequestedBytes(), 4097), 1u);
  EXPECT_STREQ(buddy_.Audit(), "buddy.requested");
}

TEST_F(BuddyAudit, NamesWhatIsWrongWithTheRegions) {
  ASSERT_EQ(ReplaceWord(buddy_, 1, RegionTable::kMaxRegions + 1), 1u);
  EXPECT_STREQ(buddy_.Audit(), "regions.counted");
  ASSERT_EQ(ReplaceWord(buddy_, RegionTable::kMaxRegions + 1, 1), 1u);
  ASSERT_EQ(ReplaceWord(buddy_, arena_.end(), arena_.start()), 1u);
  EXPECT_STREQ(buddy_.Audit(), "regions.rising");
}

// 61 of 64 blocks are free, linked from the lowest up.
class SlabAudit : public testing::Test {
 protected:
  SlabAudit() {
    EXPECT_TRUE(buddy_.Init(arena_.at(0), arena_.bytes()));
    for (int i = 0; i < 3; ++i) {
      EXPECT_TRUE(slab_.Allocate(LayoutOf(64), buddy_));
    }
    EXPECT_EQ(slab_.Audit(buddy_), nullptr);
  }

  Arena arena_{4096};
  BuddyAllocator<> buddy_{};
  Slab slab_{64};
};

TEST_F(SlabAudit, NamesACyclicList) {
  for (std::size_t to = 0; to < 61; ++to) {
    StoreLink(arena_.at(0), arena_.at(64 * to));
    EXPECT_STREQ(slab_.Audit(buddy_), "slab.acyclic") << to;
  }
}

TEST_F(SlabAudit, NamesAWildLink) {
  for (const void* wild : WildLinks(arena_)) {
    StoreLink(arena_.at(64), wild);
    EXPECT_STREQ(slab_.Audit(buddy_), "slab.links") << wild;
  }
}

TEST_F(SlabAudit, NamesALostBlock) {
  StoreLink(arena_.at(64), nullptr);
  EXPECT_STREQ(slab_.Audit(buddy_), "slab.conserved");
}

// Of a slab whose count of blocks is not also their size.
TEST(Slab128Audit, NamesAWrongCount) {
  const Arena arena(8192);
  BuddyAllocator<> buddy;
  ASSERT_TRUE(buddy.Init(arena.at(0), arena.bytes()));
  Slab slab(128);
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(slab.Allocate(LayoutOf(8), buddy));
  ASSERT_EQ(ReplaceWord(slab, 3, 4), 1u);
  EXPECT_STREQ(slab.Audit(buddy), "slab.conserved");
  ASSERT_EQ(ReplaceWord(slab, 64, 65), 1u);
  EXPECT_EQ(slab.Audit(buddy), nullptr);  // For that is up to the heap.
}

// One slab has grown, and five of its blocks are in use.
class HeapAudit : public testing::Test {
 protected:
  HeapAudit() {
    EXPECT_TRUE(heap_.Init(arena_.at(0), arena_.bytes()));
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(heap_.Allocate(LayoutOf(64)));
    EXPECT_EQ(heap_.Audit(), nullptr);
  }

  Arena arena_{32 * 1024};
  Heap heap_{};
};

TEST_F(HeapAudit, NamesWhatIsWrongWithTheBuddy) {
  StoreLink(arena_.at(16384), arena_.at(16384));
  EXPECT_STREQ(heap_.Audit(), "buddy.acyclic");
  StoreLink(arena_.at(16384), arena_.at(64));
  EXPECT_STREQ(heap_.Audit(), "buddy.links");
  StoreLink(arena_.at(16384), arena_.at(0));
  EXPECT_STREQ(heap_.Audit(), "buddy.conserved");
}

TEST_F(HeapAudit, NamesWhatIsWrongWithASlab) {
  StoreLink(arena_.at(0), arena_.at(128));
  EXPECT_STREQ(heap_.Audit(), "slab.acyclic");
  StoreLink(arena_.at(0), arena_.at(8));
  EXPECT_STREQ(heap_.Audit(), "slab.links");
  StoreLink(arena_.at(0), arena_.at(16384));
  EXPECT_STREQ(heap_.Audit(), "slab.conserved");
}

TEST_F(HeapAudit, NamesTheBuddyBeforeTheSlabs) {
  StoreLink(arena_.at(0), arena_.at(8));
  StoreLink(arena_.at(16384), arena_.at(16384));
  EXPECT_STREQ(heap_.Audit(), "buddy.acyclic");
}

TEST_F(HeapAudit, NamesSlabsThatHoldMoreThanTheBuddyGave) {
  // Three sets, for no slab has blocks of 192 bytes.
  for (int i = 0; i < 130; ++i) ASSERT_TRUE(heap_.Allocate(LayoutOf(64)));
  ASSERT_EQ(ReplaceWord(heap_, 192, 193), 1u);
  ASSERT_EQ(ReplaceWord(heap_, 135, 136), 1u);
  EXPECT_STREQ(heap_.Audit(), "heap.slabs");
}

template <class Facade>
class FacadeAudit : public testing::Test {
 protected:
  FacadeAudit() {
    EXPECT_TRUE(facade_.Init(arena_.at(0), arena_.bytes()));
    EXPECT_TRUE(facade_.Allocate(LayoutOf(8192)));
    EXPECT_EQ(facade_.Audit(), nullptr);
  }

  Arena arena_{64 * 1024};
  Facade facade_{};
};

using Facades = testing::Types<SlabByteAllocator, BuddyByteAllocator,
                               Locked<SlabByteAllocator, SpinLock>,
                               Locked<BuddyByteAllocator, NoLock>>;
TYPED_TEST_SUITE(FacadeAudit, Facades);

TYPED_TEST(FacadeAudit, NamesWhatIsWrongInside) {
  const Arena& arena = this->arena_;
  StoreLink(arena.at(8192), arena.at(8192));
  EXPECT_STREQ(this->facade_.Audit(), "buddy.acyclic");
  StoreLink(arena.at(8192), PointerTo(arena.end()));
  EXPECT_STREQ(this->facade_.Audit(), "buddy.links");
  StoreLink(arena.at(8192), arena.at(0));
  EXPECT_STREQ(this->facade_.Audit(), "buddy.conserved");
  ASSERT_EQ(ReplaceWord(this->facade_, arena.bytes(), arena.bytes() + 8), 1u);
  EXPECT_STREQ(this->facade_.Audit(), "buddy.total");
}

}  // namespace
}  // namespace lockstep::audit_test
