// Every misuse of allocators with a map, at delays of 0 to 10,000 operations:
// each is refused, and has changed nothing.

#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "allocator/bytes/reallocate.h"
#include "gtest/gtest.h"
#include "tests/allocator/mapped.h"

namespace lockstep::mapped_misuse_test {
namespace {

struct Block {
  void* start;
  Layout layout;
};

template <class Allocator>
class MappedMisuse : public testing::Test {
 protected:
  static constexpr bool kIsHeap = std::is_same_v<Allocator, MappedHeap>;
  static constexpr std::size_t kRegion = kIsHeap ? 1 << 20 : 16 * 1024;

  std::size_t Below(std::size_t bound) { return random_() % bound; }

  Layout AnyLayout() {
    const std::size_t most = kIsHeap ? 20'000 : 700;
    return LayoutOf((1 + Below(most)) >> Below(12), std::size_t{1} << Below(5));
  }

  // A valid operation. What is freed is remembered for later.
  void Work() {
    if (live_.size() < 8 || (Below(2) == 0 && live_.size() < 200)) {
      const Layout layout = AnyLayout();
      const auto block = mapped_.allocator.Allocate(layout);
      if (block) live_.push_back({*block, layout});
      return;
    }
    const std::size_t i = Below(live_.size());
    if (Below(8) == 0) {
      const Layout layout = AnyLayout();
      if (mapped_.allocator.Resize(live_[i].start, live_[i].layout, layout)) {
        live_[i].layout = layout;
      }
      return;
    }
    ASSERT_TRUE(mapped_.allocator.Deallocate(live_[i].start, live_[i].layout));
    freed_ = live_[i];
    live_.erase(live_.begin() + static_cast<std::ptrdiff_t>(i));
  }

  bool BeginsALiveBlock(const void* start) const {
    for (const Block& block : live_) {
      if (block.start == start) return true;
    }
    return false;
  }

  void TryToFree(const std::string& kind, void* start, Layout layout) {
    Try(kind, [&] { return mapped_.allocator.Deallocate(start, layout); });
  }

  template <class Misuse>
  void Try(const std::string& kind, Misuse misuse) {
    auto& [tried, refused] = counts_[kind];
    ++tried;
    mapped_.Copy(before_);
    const bool is_refused = !misuse();
    mapped_.Copy(after_);
    refused += is_refused && after_ == before_;
    ASSERT_TRUE(is_refused) << kind;
  }

  // A layout that a block has not, though it may begin where the block does.
  Layout Other(const Block& block) {
    while (true) {
      const Layout layout = AnyLayout();
      if (SizeOf(layout) != SizeOf(block.layout)) return layout;
    }
  }
  static std::size_t SizeOf(Layout layout) {
    const std::size_t smallest = kIsHeap ? 64 : 8;
    const std::size_t bytes = std::size_t{1} << layout.BlockOrder(smallest);
    return bytes;
  }

  void TryAll(const Block& live, const Block& freed, int delay) {
    const std::string after = " after " + std::to_string(delay);
    // Nobody can refuse it once the block was handed out again.
    if (!BeginsALiveBlock(freed.start)) {
      TryToFree("free again" + after, freed.start, freed.layout);
    }
    TryToFree("null", nullptr, live.layout);
    TryToFree("foreign", foreign_.at(Below(4096)), live.layout);
    TryToFree("another instance's", *other_.allocator.Allocate(LayoutOf(8)),
              LayoutOf(8));
    const std::size_t inside = 1 + Below(SizeOf(live.layout) - 1);
    TryToFree("interior", static_cast<std::byte*>(live.start) + inside,
              live.layout);
    TryOtherLayouts(live, after);
  }

  // The new layout may be any, also the one that the block has.
  void TryOtherLayouts(const Block& live, const std::string& after) {
    auto& allocator = mapped_.allocator;
    TryToFree("free with other layout" + after, live.start, Other(live));
    Try("resize with other layout" + after,
        [&] { return allocator.Resize(live.start, Other(live), AnyLayout()); });
    Try("reallocate with other layout" + after, [&] {
      return Reallocate(allocator, live.start, Other(live), AnyLayout());
    });
    Try("resize to own from other layout" + after,
        [&] { return allocator.Resize(live.start, Other(live), live.layout); });
  }

  Mapped<Allocator> mapped_{kRegion};
  Mapped<Allocator> other_{4 << 20};
  // New memory for each of them would take most of the time.
  typename Mapped<Allocator>::Whole before_, after_;
  Arena foreign_{4096};
  std::mt19937 random_{20261129};
  std::vector<Block> live_;
  Block freed_{nullptr, LayoutOf(1)};
  std::map<std::string, std::array<std::size_t, 2>> counts_;
};

using Allocators = testing::Types<MappedHeap, MappedBuddy>;
TYPED_TEST_SUITE(MappedMisuse, Allocators);

TYPED_TEST(MappedMisuse, IsRefusedAtAnyDelayAndChangesNothing) {
  for (int i = 0; i < 500; ++i) this->Work();
  for (const int delay : {0, 1, 10, 100, 1'000, 10'000}) {
    for (int round = 0; round < 40; ++round) {
      Block freed{nullptr, LayoutOf(1)};
      this->freed_ = freed;
      while (this->freed_.start == nullptr) this->Work();
      freed = this->freed_;
      const Block live = this->live_[this->Below(this->live_.size())];
      for (int i = 0; i < delay; ++i) this->Work();
      if (this->BeginsALiveBlock(live.start)) {
        // Perhaps of another block by now: its layout is asked for.
        for (const Block& block : this->live_) {
          if (block.start == live.start) this->TryAll(block, freed, delay);
        }
      } else {
        this->TryAll(this->live_.front(), freed, delay);
      }
      if (this->HasFatalFailure()) return;
    }
    ASSERT_EQ(this->mapped_.allocator.Audit(), nullptr);
  }
  for (const auto& [kind, count] : this->counts_) {
    std::cout << kind << ": " << count[0] << " tried, " << count[1]
              << " refused\n";
    EXPECT_EQ(count[0], count[1]) << kind;
  }
  // Four kinds at any time, and five at each of six delays. After a long delay
  // most addresses that were freed are in use again.
  EXPECT_EQ(this->counts_.size(), 4u + 5 * 6);
}

}  // namespace
}  // namespace lockstep::mapped_misuse_test
