#include "models/shadow/contents.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

std::vector<std::byte> Filled(std::size_t bytes, std::size_t seed) {
  std::vector<std::byte> block(bytes + 1);
  Fill(block.data(), bytes, seed);
  return block;
}

bool Notices(std::size_t bytes, std::size_t at) {
  std::vector<std::byte> block = Filled(bytes, 7);
  block[at] ^= std::byte{1};
  const auto damage = FirstDamage(block.data(), bytes, 7);
  if (damage) {
    EXPECT_EQ(*damage, at / 8 * 8) << bytes;
  }
  return damage.has_value();
}

TEST(Contents, AreAsTheyWereFilled) {
  for (std::size_t bytes = 0; bytes < 3000; ++bytes) {
    const auto block = Filled(bytes, bytes);
    EXPECT_EQ(FirstDamage(block.data(), bytes, bytes), std::nullopt) << bytes;
    EXPECT_EQ(block[bytes], std::byte{0}) << bytes << ": one byte too many";
  }
}

TEST(Contents, OfASmallBlockAreWatchedInEveryByte) {
  for (std::size_t bytes = 1; bytes <= kSmallBytes; ++bytes) {
    for (std::size_t at = 0; at < bytes; ++at) {
      EXPECT_TRUE(Notices(bytes, at)) << at << " of " << bytes;
    }
  }
}

TEST(Contents, OfALargeBlockAreWatchedAtBothEnds) {
  for (const std::size_t bytes : {257u, 1000u, 4096u, 100'000u}) {
    for (std::size_t i = 0; i < kEndBytes; ++i) {
      EXPECT_TRUE(Notices(bytes, i)) << i << " of " << bytes;
    }
    std::vector<std::byte> block = Filled(bytes, 7);
    block[bytes - 1] ^= std::byte{0x80};
    EXPECT_TRUE(FirstDamage(block.data(), bytes, 7)) << bytes;
  }
}

TEST(Contents, OfALargeBlockAreWatchedWhereSmallerBlocksWouldStart) {
  for (const std::size_t bytes : {512u, 4096u, 65'536u, 1u << 20}) {
    for (std::size_t at = bytes / 128; at < bytes; at += bytes / 128) {
      if (at % 64 != 0) continue;
      EXPECT_TRUE(Notices(bytes, at)) << at << " of " << bytes;
    }
  }
}

TEST(Contents, AreOthersForAnotherSeed) {
  for (const std::size_t bytes : {1u, 8u, 100u, 1000u}) {
    const auto block = Filled(bytes, 1);
    EXPECT_EQ(FirstDamage(block.data(), bytes, 2), 0u);
  }
}

TEST(Contents, AreNowhereTheSameTwice) {
  const auto block = Filled(kSmallBytes, 3);
  for (std::size_t at = 8; at < kSmallBytes; at += 8) {
    EXPECT_TRUE(FirstDamage(block.data() + at, 8, 3)) << at;
  }
}

}  // namespace
}  // namespace lockstep::suite
