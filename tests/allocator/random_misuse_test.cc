// Calls that nobody should make, at random: frees of what is not allocated, of
// what was freed, of any address with any layout. Whatever an allocator detects
// of it, every call must end, an error must have changed nothing, and what is
// handed out must lie in the region, aligned as asked.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <vector>

#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/heap.h"
#include "allocator/bytes/slab.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::random_misuse_test {
namespace {

template <unsigned kOrders>
struct BuddyCase : BuddyAllocator<kOrders> {
  static constexpr std::size_t kRegionBytes = 256 + 24;
  static constexpr std::size_t kMostBytes = 64;
  static constexpr int kRuns = 400;
};

// Blocks of 64 bytes, in regions that end within one.
class SlabCase {
 public:
  static constexpr std::size_t kRegionBytes = 2 * 4096 + 24;
  static constexpr std::size_t kMostBytes = 128;
  static constexpr int kRuns = 60;

  Result<void> Init(void* start, std::size_t bytes) {
    return buddy_.Init(start, bytes);
  }
  Result<void*> Allocate(Layout layout) {
    return layout.size_bytes() > 64 ? buddy_.Allocate(layout)
                                    : slab_.Allocate(layout, buddy_);
  }
  Result<void> Deallocate(void* block, Layout layout) {
    return layout.size_bytes() > 64 ? buddy_.Deallocate(block, layout)
                                    : slab_.Deallocate(block, layout, buddy_);
  }
  std::size_t UsedBytes() const { return buddy_.UsedBytes(); }
  std::size_t TotalBytes() const { return buddy_.TotalBytes(); }
  const char* Audit() const { return slab_.Audit(buddy_); }

 private:
  BuddyAllocator<> buddy_{};
  Slab slab_{64};
};

struct HeapCase : Heap {
  static constexpr std::size_t kRegionBytes = 32 * 1024;
  static constexpr std::size_t kMostBytes = 8192;
  static constexpr int kRuns = 40;
};

template <class Case>
class RandomMisuse : public testing::Test {
 protected:
  static constexpr std::size_t kStart = 4096;
  static constexpr unsigned char kForeign = 0xA5;

  // What comes before the region and behind it belongs to somebody else.
  RandomMisuse() { std::memset(arena_.at(0), kForeign, arena_.bytes()); }

  std::size_t Below(std::size_t bound) { return random_() % bound; }

  Layout AnyLayout() {
    const std::size_t bytes = Below(Case::kMostBytes) >> Below(8);
    return LayoutOf(bytes, std::size_t{1} << Below(7));
  }

  void Allocate(Case& allocator) {
    const Layout layout = AnyLayout();
    const auto block = allocator.Allocate(layout);
    if (!block) return;
    const Address start = AddressOf(*block);
    ASSERT_TRUE(IsAligned(start, layout.align_bytes()));
    ASSERT_GE(start, arena_.start() + kStart);
    ASSERT_LE(start + layout.size_bytes(),
              arena_.start() + kStart + Case::kRegionBytes);
    blocks_.push_back({*block, layout});
  }

  // A block, perhaps one that was freed, with its layout or with another; or
  // any address.
  void Free(Case& allocator) {
    Block block{arena_.at(kStart - 64 + Below(Case::kRegionBytes + 128)),
                AnyLayout()};
    if (!blocks_.empty() && Below(8) != 0) {
      block = blocks_[Below(blocks_.size())];
      if (Below(8) == 0) block.layout = AnyLayout();
    }
    const auto before = StateOf(allocator, arena_);
    if (!allocator.Deallocate(block.start, block.layout)) {
      ASSERT_TRUE(StateOf(allocator, arena_) == before);
    }
  }

  void Run() {
    Case allocator{};
    blocks_.clear();
    ASSERT_TRUE(allocator.Init(arena_.at(kStart), Case::kRegionBytes));
    for (int i = 0; i < 150 && !this->HasFatalFailure(); ++i) {
      if (Below(2) == 0) {
        Allocate(allocator);
      } else {
        Free(allocator);
      }
      ASSERT_LE(allocator.UsedBytes(), allocator.TotalBytes());
      (void)allocator.Audit();
    }
  }

  std::size_t ForeignBytesBetween(std::size_t from, std::size_t to) const {
    const auto* const bytes = static_cast<const unsigned char*>(arena_.at(0));
    std::size_t count = 0;
    for (std::size_t i = from; i < to; ++i) count += bytes[i] == kForeign;
    return count;
  }

  struct Block {
    void* start;
    Layout layout;
  };

  Arena arena_{kStart + Case::kRegionBytes + 4096};
  std::mt19937 random_{20261128};
  std::vector<Block> blocks_;
};

using Cases = testing::Types<BuddyCase<32>, BuddyCase<6>, SlabCase, HeapCase>;
TYPED_TEST_SUITE(RandomMisuse, Cases);

TYPED_TEST(RandomMisuse, NeitherAbortsNorLoopsNorReachesOutside) {
  for (int run = 0; run < TypeParam::kRuns; ++run) {
    SCOPED_TRACE(run);
    this->Run();
    if (this->HasFatalFailure()) return;
  }
  const std::size_t end = this->kStart + TypeParam::kRegionBytes;
  EXPECT_EQ(this->ForeignBytesBetween(0, this->kStart), this->kStart);
  EXPECT_EQ(this->ForeignBytesBetween(end, this->arena_.bytes()),
            this->arena_.bytes() - end);
}

}  // namespace
}  // namespace lockstep::random_misuse_test
