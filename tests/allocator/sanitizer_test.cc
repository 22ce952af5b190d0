#include <array>
#include <cstddef>
#include <cstring>
#include <map>
#include <string>

#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "gtest/gtest.h"
#include "tests/allocator/arena.h"
#include "tests/allocator/outcome.h"
#include "tests/allocator/raw_memory.h"

namespace lockstep::sanitizer_test {
namespace {

constexpr std::size_t kMinAlign = 8;  // Of AddressSanitizer's shadow memory.

// The layouts are aligned so that poison is exact on 32-bit machines too.
template <class Facade>
class Poisoned : public testing::Test {
 protected:
  void SetUp() override {
    if (!IsUnderAddressSanitizer()) GTEST_SKIP() << "needs AddressSanitizer";
    ASSERT_TRUE(allocator_.Init(arena_.at(0), arena_.bytes()));
  }

  char* Allocate(std::size_t bytes) {
    const auto block = allocator_.Allocate(LayoutOf(bytes, kMinAlign));
    EXPECT_TRUE(block) << bytes;
    live_[AddressOf(*block)] = bytes;
    return static_cast<char*>(*block);
  }

  void Free(char* block) {
    const auto node = live_.extract(AddressOf(block));
    EXPECT_TRUE(
        allocator_.Deallocate(block, LayoutOf(node.mapped(), kMinAlign)));
  }

  // That of all the arena the bytes that were asked for are accessible, and
  // no others.
  void ExpectExact() {
    auto block = live_.begin();
    for (Address at = arena_.start(); at < arena_.end(); ++at) {
      while (block != live_.end() && block->first + block->second <= at) {
        ++block;
      }
      const bool is_live = block != live_.end() && block->first <= at;
      ASSERT_NE(IsPoisoned(PointerTo(at)), is_live) << at - arena_.start();
    }
  }

  Arena arena_{64 * 1024};
  Facade allocator_{};
  std::map<Address, std::size_t> live_;  // Address -> bytes.
};

using Facades = testing::Types<SlabByteAllocator, BuddyByteAllocator>;
TYPED_TEST_SUITE(Poisoned, Facades);

TYPED_TEST(Poisoned, IsAllFreeMemoryFromTheStart) { this->ExpectExact(); }

TYPED_TEST(Poisoned, IsAllButTheBytesAskedFor) {
  for (std::size_t bytes = 0; bytes <= 70; ++bytes) {
    this->Allocate(bytes);
    this->ExpectExact();
  }
  this->Allocate(500);
  this->Allocate(4097);
  this->ExpectExact();
}

TYPED_TEST(Poisoned, IsAllOfABlockThatWasFreed) {
  for (const std::size_t bytes : {1u, 8u, 33u, 64u, 65u, 500u, 5000u}) {
    char* const first = this->Allocate(bytes);
    char* const second = this->Allocate(bytes);
    this->Free(first);
    this->ExpectExact();
    this->Free(second);
    this->ExpectExact();
  }
}

TYPED_TEST(Poisoned, IsExactWhenABlockIsUsedAgain) {
  char* const block = this->Allocate(60);
  this->Free(block);
  ASSERT_EQ(this->Allocate(41), block);
  this->ExpectExact();
  this->Free(block);
  ASSERT_EQ(this->Allocate(63), block);
  std::memset(block, 1, 63);
  this->ExpectExact();
}

// It is in the middle of its slab's list, or merged, and heads no list.
TYPED_TEST(Poisoned, IsWhatABlockThatWasResizedHasNoMore) {
  char* const block = this->Allocate(56);
  for (const std::size_t bytes : {std::size_t{16}, std::size_t{64}}) {
    ASSERT_TRUE(this->allocator_.Resize(
        block, LayoutOf(this->live_[AddressOf(block)], kMinAlign),
        LayoutOf(bytes, kMinAlign)));
    this->live_[AddressOf(block)] = bytes;
    this->ExpectExact();
  }
  this->Free(block);
  this->ExpectExact();
}

TYPED_TEST(Poisoned, IsWhatCannotBeFreed) {
  std::array<char*, 8> blocks;
  for (char*& block : blocks) block = this->Allocate(64);
  for (std::size_t i : {0u, 1u, 4u, 5u}) this->Free(blocks[i]);
  EXPECT_EQ(this->allocator_.Deallocate(blocks[0], LayoutOf(64, kMinAlign)),
            kNotAllocated);
  EXPECT_EQ(this->allocator_.Audit(), nullptr);
  this->ExpectExact();
}

constexpr int kTouchLine = __LINE__ + 1;
[[gnu::noinline]] void Touch(char* at) { *static_cast<volatile char*>(at) = 1; }

// The client's line in the topmost frame of the report.
std::string ReportAtTouch() {
  return "use-after-poison.*#0 0x[0-9a-f]+ in [^\n]*Touch[^\n]*sanitizer_test"
         "\\.cc:" +
         std::to_string(kTouchLine);
}

template <class Facade>
using PoisonedDeathTest = Poisoned<Facade>;
TYPED_TEST_SUITE(PoisonedDeathTest, Facades);

TYPED_TEST(PoisonedDeathTest, ReportsAUseAfterFreeAtTheClientsLine) {
  char* const block = this->Allocate(64);
  Touch(block);
  this->Free(block);
  EXPECT_DEATH(Touch(block), ReportAtTouch());
  EXPECT_DEATH(Touch(block + 63), ReportAtTouch());
}

TYPED_TEST(PoisonedDeathTest, ReportsAnOverflowAtTheClientsLine) {
  char* const block = this->Allocate(61);
  Touch(block + 60);
  EXPECT_DEATH(Touch(block + 61), ReportAtTouch());
}

}  // namespace
}  // namespace lockstep::sanitizer_test
