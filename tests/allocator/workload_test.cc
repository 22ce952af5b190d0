// The workloads of the tests of the crate `allocator`, in full size.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory_resource>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "allocator/bytes/byte_allocator.h"
#include "allocator/std/memory_resource.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"

namespace lockstep::workload_test {
namespace {

constexpr std::size_t kArenaBytes = 64 * 1024 * 1024;
constexpr unsigned kSeed = 233;

template <class Facade>
class Workload : public testing::Test {
 protected:
  static void SetUpTestSuite() { std::printf("seed %u\n", kSeed); }

  Workload() { EXPECT_TRUE(allocator_.Init(arena_.at(0), arena_.bytes())); }
  ~Workload() override {
    EXPECT_EQ(allocator_.AvailableBytes(), kArenaBytes);
    EXPECT_EQ(allocator_.Audit(), nullptr);
  }

  // Takes blocks, fills them, and frees them in random order.
  void FreeInRandomOrder(std::size_t block_count, std::size_t block_bytes) {
    std::vector<unsigned char*> blocks;
    for (std::size_t i = 0; i < block_count; ++i) {
      const auto block = allocator_.Allocate(LayoutOf(block_bytes));
      ASSERT_TRUE(block) << i;
      std::memset(*block, static_cast<int>(AddressOf(*block) / 64 % 251),
                  block_bytes);
      blocks.push_back(static_cast<unsigned char*>(*block));
    }
    std::ranges::shuffle(blocks, random_);
    for (unsigned char* block : blocks) {
      const std::vector<unsigned char> expected(
          block_bytes, static_cast<unsigned char>(AddressOf(block) / 64 % 251));
      ASSERT_EQ(std::memcmp(block, expected.data(), block_bytes), 0);
      ASSERT_TRUE(allocator_.Deallocate(block, LayoutOf(block_bytes)));
    }
  }

  Arena arena_{kArenaBytes};
  Facade allocator_{};
  MemoryResource<Facade> resource_{allocator_};
  std::mt19937 random_{kSeed};
};

using Facades = testing::Types<SlabByteAllocator, BuddyByteAllocator>;
TYPED_TEST_SUITE(Workload, Facades);

TYPED_TEST(Workload, Pushes3000000NumbersAndSortsThem) {
  constexpr std::size_t kCount = 3'000'000;
  std::pmr::vector<std::uint32_t> numbers(&this->resource_);
  for (std::size_t i = 0; i < kCount; ++i) {
    numbers.push_back(static_cast<std::uint32_t>(this->random_()));
  }
  std::uint32_t* const first = numbers.data();
  std::sort(first, first + kCount);
  EXPECT_EQ(numbers.size(), kCount);
  EXPECT_TRUE(std::is_sorted(first, first + kCount));
}

TYPED_TEST(Workload, Frees30000SmallBlocksInRandomOrder) {
  this->FreeInRandomOrder(30'000, 64);
}

TYPED_TEST(Workload, Frees7500LargerBlocksInRandomOrder) {
  this->FreeInRandomOrder(7'500, 520);
}

TYPED_TEST(Workload, Inserts50000StringsIntoAMapAndPopsSome) {
  std::pmr::map<std::uint32_t, std::pmr::string> names(&this->resource_);
  for (int i = 0; i < 50'000; ++i) {
    const auto number = static_cast<std::uint32_t>(this->random_());
    if (number % 5 == 0 && !names.empty()) {
      names.erase(names.begin());
    } else {
      names.try_emplace(number, std::to_string(number));
    }
  }
  for (const auto& [number, name] : names) {
    ASSERT_EQ(std::string_view(name), std::to_string(number));
  }
}

TYPED_TEST(Workload, HonoursRandomAlignments) {
  struct Block {
    void* start;
    Layout layout;
  };
  std::vector<Block> blocks;
  for (int i = 0; i < 2000; ++i) {
    const std::size_t align_bytes = std::size_t{1} << this->random_() % 15;
    const std::size_t bytes = this->random_() % 10000;
    const Layout layout = LayoutOf(bytes, align_bytes);
    const auto block = this->allocator_.Allocate(layout);
    ASSERT_TRUE(block) << bytes << ' ' << align_bytes;
    EXPECT_TRUE(IsAligned(AddressOf(*block), align_bytes))
        << bytes << ' ' << align_bytes;
    std::memset(*block, i, bytes);
    blocks.push_back({*block, layout});
  }
  std::ranges::shuffle(blocks, this->random_);
  for (const auto& [start, layout] : blocks) {
    EXPECT_TRUE(this->allocator_.Deallocate(start, layout));
  }
}

}  // namespace
}  // namespace lockstep::workload_test
