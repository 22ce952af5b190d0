#include "allocator/base/layout.h"

#include <cstddef>
#include <cstdint>

#include "gtest/gtest.h"
#include "tests/allocator/outcome.h"

namespace lockstep::layout_test {
namespace {

constexpr std::size_t kLimit = PTRDIFF_MAX;
constexpr std::size_t kLargestAlign = kLimit + 1;

TEST(Layout, KeepsWhatItWasMadeOf) {
  constexpr auto layout = Layout::Make(24, 16);
  static_assert(layout.has_value());
  EXPECT_EQ(layout->size_bytes(), 24u);
  EXPECT_EQ(layout->align_bytes(), 16u);
}

TEST(Layout, MayBeOfZeroBytes) {
  for (std::size_t align = 1; align != 0; align *= 2) {
    const auto layout = Layout::Make(0, align);
    ASSERT_TRUE(layout) << align;
    EXPECT_EQ(layout->size_bytes(), 0u);
    EXPECT_EQ(layout->align_bytes(), align);
  }
}

TEST(Layout, NeedsAnAlignmentThatIsAPowerOfTwo) {
  for (std::size_t align :
       {std::size_t{0}, std::size_t{3}, std::size_t{6}, std::size_t{24}, kLimit,
        kLargestAlign + 1, SIZE_MAX}) {
    EXPECT_EQ(Layout::Make(8, align), kInvalidParam) << align;
  }
}

TEST(Layout, RoundedUpToItsAlignmentIsAtMostTheLargestSignedSize) {
  for (std::size_t align = 1; align != 0; align *= 2) {
    const std::size_t largest = kLimit - (align - 1);
    EXPECT_TRUE(Layout::Make(largest, align)) << align;
    EXPECT_EQ(Layout::Make(largest + 1, align), kInvalidParam) << align;
    EXPECT_EQ(Layout::Make(SIZE_MAX, align), kInvalidParam) << align;
  }
}

TEST(Layout, OfATypeIsItsSizeAndAlignment) {
  struct alignas(64) Line {
    char bytes[100];
  };
  EXPECT_EQ(Layout::Of<Line>().size_bytes(), 128u);
  EXPECT_EQ(Layout::Of<Line>().align_bytes(), 64u);
  static_assert(Layout::Of<Line>().size_bytes() == 128);
}

TEST(Layout, FitsIntoABlockOfItsOrderAndIntoNoSmallerOne) {
  for (std::size_t smallest : {1u, 8u, 64u}) {
    for (std::size_t align = 1; align <= 512; align *= 2) {
      for (std::size_t size = 0; size <= 300; ++size) {
        unsigned order = 0;
        while (std::size_t{1} << order < smallest ||
               std::size_t{1} << order < align ||
               std::size_t{1} << order < size) {
          ++order;
        }
        EXPECT_EQ(LayoutOf(size, align).BlockOrder(smallest), order)
            << size << ' ' << align << ' ' << smallest;
      }
    }
  }
}

TEST(Layout, HasAnOrderHoweverLargeItIs) {
  constexpr unsigned kBits = sizeof(std::size_t) * 8;
  EXPECT_EQ(LayoutOf(kLimit).BlockOrder(8), kBits - 1);
  EXPECT_EQ(LayoutOf(0, kLargestAlign).BlockOrder(8), kBits - 1);
  EXPECT_EQ(LayoutOf(kLimit / 2 + 1).BlockOrder(8), kBits - 2);
}

}  // namespace
}  // namespace lockstep::layout_test
