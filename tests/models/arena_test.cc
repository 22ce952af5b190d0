#include "models/system/arena.h"

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <span>

#include "gtest/gtest.h"
#include "models/script/op.h"

namespace lockstep::suite {
namespace {

std::uintptr_t BaseOf(ArenaSpec spec) {
  return reinterpret_cast<std::uintptr_t>(Arena(spec).base());
}

TEST(Arena, IsAlignedAsAsked) {
  for (std::uint64_t align = 1; align <= 1u << 24; align *= 2) {
    EXPECT_EQ(BaseOf({64, align}) % align, 0u) << align;
  }
}

TEST(Arena, IsAlignedToItsSizeRoundedUp) {
  EXPECT_EQ(BaseOf({100'000, 1}) % (1u << 17), 0u);
  EXPECT_EQ(BaseOf({1u << 20, 8}) % (1u << 20), 0u);
}

// So that a region which ends it cannot wrap, and null has no offset in it.
TEST(Arena, LiesAboveItsSize) { EXPECT_GE(BaseOf({1u << 20, 1}), 1u << 20); }

TEST(Arena, HasAnOffsetForAnyAddress) {
  const Arena arena({4096, 4096});
  EXPECT_EQ(arena.OffsetOf(arena.At(4096)), 4096u);
  EXPECT_EQ(arena.At(arena.OffsetOf(nullptr)), nullptr);
  int elsewhere = 0;
  EXPECT_EQ(static_cast<void*>(arena.At(arena.OffsetOf(&elsewhere))),
            &elsewhere);
}

std::uintptr_t AddressOf(const GuardedBytes& bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data());
}

std::uintptr_t PageBytes() {
  return static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
}

void Write(const std::byte* address) {
  *const_cast<volatile std::byte*>(address) = std::byte{1};
}

TEST(GuardedBytes, AreAlignedAsAskedAndZero) {
  for (const std::uint64_t bytes : {1u, 24u, 4095u, 4096u, 4097u, 100'000u}) {
    for (std::uint64_t align = 1; align <= 1u << 20; align *= 2) {
      const GuardedBytes guarded(bytes, align);
      EXPECT_EQ(AddressOf(guarded) % align, 0u) << bytes << ' ' << align;
      const std::span all(guarded.data(), static_cast<std::size_t>(bytes));
      EXPECT_EQ(std::ranges::count(all, std::byte{0}), std::ssize(all));
      std::ranges::fill(all, std::byte{1});
    }
  }
}

TEST(GuardedBytes, EndAtThePagesEndWhereTheAlignAllows) {
  for (const std::uint64_t align : {1u, 8u, 64u, 4096u}) {
    const GuardedBytes guarded(3 * align, align);
    EXPECT_EQ((AddressOf(guarded) + 3 * align) % PageBytes(), 0u) << align;
  }
  const GuardedBytes odd(13, 8);
  EXPECT_EQ((AddressOf(odd) + 16) % PageBytes(), 0u);
}

TEST(GuardedBytes, AreRefusedWhereThereAreNone) {
  EXPECT_THROW(GuardedBytes(UINT64_MAX, 1), std::bad_alloc);
  EXPECT_THROW(GuardedBytes(1, std::uint64_t{1} << 63), std::bad_alloc);
}

TEST(GuardedBytesDeathTest, NobodyLeavesThem) {
  const GuardedBytes guarded(24, 8);
  const std::byte* const page =
      guarded.data() - AddressOf(guarded) % PageBytes();
  Write(guarded.data() + 23);
  Write(page);
  EXPECT_DEATH(Write(guarded.data() + 24), "");
  EXPECT_DEATH(Write(page - 1), "");
}

TEST(GuardedBytesDeathTest, OfNoBytesNoneMayBeTouched) {
  const GuardedBytes none(0, 16);
  EXPECT_DEATH(Write(none.data()), "");
}

TEST(ArenaDeathTest, EndsWhereItSays) {
  const Arena arena({1u << 20, 1});
  Write(arena.At(0));
  Write(arena.At((1u << 20) - 1));
  EXPECT_DEATH(Write(arena.At(1u << 20)), "");
  EXPECT_DEATH(Write(arena.At(0) - 1), "");
}

// Of any length, from any place on, and nothing beside.
TEST(Arena, FillsWhatItIsTold) {
  const Arena arena({4096, 4096});
  for (const std::uint64_t start : {0u, 1u, 31u, 32u, 63u}) {
    for (const std::uint64_t bytes : {0u, 1u, 31u, 32u, 33u, 64u, 100u}) {
      arena.Fill({0, 4096}, std::byte{1});
      arena.Fill({start, start + bytes}, std::byte{2});
      for (std::uint64_t i = 0; i < 4096; ++i) {
        const bool is_filled = i >= start && i < start + bytes;
        ASSERT_EQ(*arena.At(i),
                  std::byte{static_cast<unsigned char>(is_filled ? 2 : 1)})
            << start << ' ' << bytes << ' ' << i;
      }
    }
  }
}

}  // namespace
}  // namespace lockstep::suite
