// A mapped heap after one bit of its map has flipped, or after a client wrote
// to free memory: whatever follows, nothing outside its regions and maps is
// written to (they lie between pages that fault), live blocks do not overlap and
// keep their contents, and what is wrong is refused or named by the audit, or it
// is harmless.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <iostream>
#include <vector>

#include "gtest/gtest.h"
#include "tests/allocator/mapped.h"

namespace lockstep::map_damage_test {
namespace {

constexpr std::size_t kRegion = 32 * 1024;

struct Live {
  std::byte* start;
  std::size_t bytes;
  std::vector<std::byte> contents;

  void Look() { contents.assign(start, start + bytes); }
  bool IsIntact() const {
    return std::equal(contents.begin(), contents.end(), start);
  }
};

// Regions that touch. The maps of more than 16 form a chain.
class DamagedHeap {
 public:
  static constexpr std::size_t kMapBytes = MappedHeap::MapBytesFor(kRegion);
  static constexpr std::size_t kHeaderBits = 8 * 5 * sizeof(Word);

  explicit DamagedHeap(std::size_t regions = 2)
      : arena_(regions * kRegion), maps_(regions * kMapBytes) {
    EXPECT_TRUE(heap_.Init(arena_.at(0), kRegion, maps_.at(0), kMapBytes));
    for (std::size_t i = 1; i < regions; ++i) {
      EXPECT_TRUE(heap_.AddRegion(arena_.at(i * kRegion), kRegion,
                                  maps_.at(i * kMapBytes), kMapBytes));
    }
    for (const std::size_t bytes : {64u, 5000u, 128u, 64u, 8192u, 512u, 64u}) {
      Allocate(bytes);
    }
    Free(3);
    Free(1);
    EXPECT_EQ(heap_.Audit(), nullptr);
  }

  void Flip(std::size_t bit) {
    static_cast<unsigned char*>(maps_.at(0))[bit / 8] ^=
        static_cast<unsigned char>(1 << bit % 8);
  }
  void FlipInHeader(std::size_t map, std::size_t bit) {
    Flip(map * kMapBytes * 8 + bit);
  }

  // Frees what is live and allocates as much, again and again.
  void Work() {
    refused_ = 0;
    was_named_ = heap_.Audit() != nullptr;
    for (int round = 0; round < 3; ++round) {
      for (const std::size_t bytes : {64u, 256u, 4500u, 64u, 10'000u, 64u}) {
        Allocate(bytes);
      }
      for (std::size_t i = live_.size(); i-- > 0;) {
        if (i % 3 != static_cast<std::size_t>(round)) Free(i);
      }
      (void)heap_.Trim();
      was_named_ |= heap_.Audit() != nullptr;
    }
    for (const Live& block : live_) ASSERT_TRUE(block.IsIntact());
  }

  // The test itself changed what is in blocks.
  void LookAtContents() {
    for (Live& block : live_) block.Look();
  }

  MappedHeap& heap() { return heap_; }
  const Arena& arena() const { return arena_; }
  int refused() const { return refused_; }
  // There is not room for all, so an intact heap refuses some, too.
  bool WasReported() const {
    static const int kUsual = [] {
      DamagedHeap intact;
      intact.Work();
      return intact.refused();
    }();
    return refused_ > kUsual || was_named_;
  }

 private:
  void Allocate(std::size_t bytes) {
    const auto block = heap_.Allocate(LayoutOf(bytes));
    if (!block) {
      ++refused_;
      return;
    }
    auto* const start = static_cast<std::byte*>(*block);
    ASSERT_GE(AddressOf(start), arena_.start());
    ASSERT_LE(AddressOf(start) + bytes, arena_.end());
    for (const Live& live : live_) {
      ASSERT_TRUE(start + bytes <= live.start ||
                  live.start + live.bytes <= start)
          << "two live blocks overlap";
    }
    std::memset(start, ++fill_, bytes);
    live_.push_back({start, bytes, {}});
    live_.back().Look();
  }

  // What is refused stays live.
  void Free(std::size_t i) {
    const Live& block = live_[i];
    ASSERT_TRUE(block.IsIntact());
    if (heap_.Deallocate(block.start, LayoutOf(block.bytes))) {
      live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(i));
    } else {
      ++refused_;
    }
  }

  Arena arena_;
  Arena maps_;
  MappedHeap heap_{};
  std::vector<Live> live_;
  unsigned char fill_ = 0;
  int refused_ = 0;
  bool was_named_ = false;
};

TEST(MapDamage, EveryBitThatFlipsIsReportedOrHarmless) {
  std::size_t reported = 0;
  const std::size_t bits = 2 * DamagedHeap::kMapBytes * 8;
  for (std::size_t bit = 0; bit < bits; ++bit) {
    SCOPED_TRACE(bit);
    DamagedHeap heap;
    heap.Flip(bit);
    heap.Work();
    if (testing::Test::HasFailure()) return;
    reported += heap.WasReported();
  }
  std::cout << bits << " bits flipped: " << reported << " reported, "
            << bits - reported << " harmless, 0 otherwise\n";
  EXPECT_GT(reported, bits / 10);
}

// The last region has what was allocated: it was added last.
TEST(MapDamage, EveryBitThatFlipsInAChainIsReported) {
  constexpr std::size_t kRegions = 18;
  for (const std::size_t map : {16u, 17u}) {
    for (std::size_t bit = 0; bit < DamagedHeap::kHeaderBits; ++bit) {
      SCOPED_TRACE(bit);
      DamagedHeap heap(kRegions);
      heap.FlipInHeader(map, bit);
      EXPECT_NE(heap.heap().Audit(), nullptr);
      heap.Work();
      if (testing::Test::HasFailure()) return;
    }
  }
}

TEST(MapDamage, HeadersOfMapsOutsideTheChainAreNotRead) {
  DamagedHeap heap;
  for (const std::size_t map : {0u, 1u}) {
    for (std::size_t bit = 0; bit < DamagedHeap::kHeaderBits; ++bit) {
      heap.FlipInHeader(map, bit);
    }
  }
  EXPECT_EQ(heap.heap().Audit(), nullptr);
  heap.Work();
  EXPECT_FALSE(heap.WasReported());
}

// Whichever bit of its part of the chain flips, a region is no longer found. Its
// pages are of one slab, so that the entry of each would do for its neighbour.
TEST(MapDamage, BlocksBehindAnyBitThatFlipsInAChainAreForeign) {
  constexpr std::size_t kRegions = 19;  // The last has other blocks.
  const Layout layout = LayoutOf(512);
  DamagedHeap heap(kRegions);
  while (heap.heap().Allocate(layout)) continue;
  for (const std::size_t map : {16u, 17u}) {
    void* const block = heap.arena().at(map * kRegion + kRegion / 2);
    for (std::size_t bit = 0; bit < DamagedHeap::kHeaderBits; ++bit) {
      heap.FlipInHeader(map, bit);
      // What was found last is found without the chain: that is another region.
      EXPECT_FALSE(heap.heap().Deallocate(heap.arena().at(0), LayoutOf(64)));
      EXPECT_FALSE(heap.heap().Deallocate(block, layout)) << bit;
      heap.FlipInHeader(map, bit);
    }
    // Not because there is none.
    EXPECT_TRUE(heap.heap().Deallocate(block, layout));
  }
}

// Whoever the bytes belong to.
[[gnu::no_sanitize_address]] void FlipBit(void* word, std::size_t bit) {
  auto* const bytes = static_cast<volatile unsigned char*>(word);
  bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] ^ 1 << bit % 8);
}

// Whatever becomes of a tag: another order, another kind, or none. The audit must
// not wait for what a block's neighbours give away: one block fills the region.
TEST(MapDamage, TheAuditOfABuddyNamesEveryBitOfATag) {
  constexpr std::size_t kBytes = 1024;
  constexpr std::size_t kTags =
      MappedBuddy::MapBytesFor(kBytes) - MappedBuddy::MapBytesFor(0);
  const std::vector<std::vector<std::size_t>> all_sizes = {{8, 64, 128, 256},
                                                           {kBytes}};
  for (const auto& sizes : all_sizes) {
    Mapped<MappedBuddy> buddy(kBytes);
    for (const std::size_t bytes : sizes) {
      ASSERT_TRUE(buddy.allocator.Allocate(LayoutOf(bytes)));
    }
    ASSERT_EQ(buddy.allocator.Audit(), nullptr);
    for (std::size_t bit = 0; bit < 8 * kTags; ++bit) {
      FlipBit(buddy.entries(), bit);
      EXPECT_NE(buddy.allocator.Audit(), nullptr) << bit;
      FlipBit(buddy.entries(), bit);
    }
    EXPECT_EQ(buddy.allocator.Audit(), nullptr);
  }
}

TEST(MapDamage, AnIntactMapReportsNothing) {
  for (const std::size_t regions : {2u, 18u}) {
    DamagedHeap heap(regions);
    EXPECT_EQ(heap.heap().Audit(), nullptr);
    heap.Work();
    EXPECT_TRUE(regions > 2 || !heap.WasReported());
  }
}

// The links of free blocks: one word of each 1,024 bytes, one bit at a time.
TEST(MapDamage, ABitOfALinkThatFlipsIsReportedOrHarmless) {
  std::size_t reported = 0;
  std::size_t flips = 0;
  for (std::size_t offset = 0; offset < 2 * kRegion; offset += 1024) {
    for (unsigned bit = 0; bit < 64; ++bit) {
      SCOPED_TRACE(offset + bit);
      DamagedHeap heap;
      FlipBit(heap.arena().at(offset), bit);
      heap.LookAtContents();
      heap.Work();
      if (testing::Test::HasFailure()) return;
      ++flips;
      reported += heap.WasReported();
    }
  }
  std::cout << flips << " bits of blocks flipped: " << reported
            << " reported\n";
  EXPECT_GT(reported, 0u);
}

}  // namespace
}  // namespace lockstep::map_damage_test
