#include "models/shadow/contents.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
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

// The same on every machine: each word is one more step from the seed, and its
// low bytes come first.
TEST(Contents, AreSoManyStepsFromTheSeed) {
  constexpr std::uint64_t kStep = 0x9E3779B97F4A7C15;
  for (const std::size_t bytes : {1u, 7u, 8u, 13u, 64u, 71u, 256u, 1000u}) {
    const auto block = Filled(bytes, 7);
    for (std::size_t at = 0; at < std::min<std::size_t>(bytes, 64); ++at) {
      const std::uint64_t word = 7 + (at / 8 * 8 + 1) * kStep;
      EXPECT_EQ(block[at], static_cast<std::byte>(word >> at % 8 * 8 & 0xFF))
          << at << " of " << bytes;
    }
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

TEST(Contents, OfALargeBlockInASparseArenaAreInFewPages) {
  constexpr std::size_t kBlockBytes = 1 << 20;
  std::vector<std::byte> block(kBlockBytes);
  Fill(block.data(), kBlockBytes, 7, Pages::kFew);
  std::size_t touched = 0;
  for (std::size_t page = 0; page < kBlockBytes; page += 4096) {
    const auto begin = block.begin() + static_cast<std::ptrdiff_t>(page);
    const bool is_clean = std::all_of(begin, begin + 4096, [](std::byte byte) {
      return byte == std::byte{};
    });
    touched += is_clean ? 0 : 1;
  }
  EXPECT_EQ(touched, kSparseStrides + 1);
  for (const std::size_t at :
       {std::size_t{0}, kBlockBytes / 2, kBlockBytes - 1}) {
    block[at] ^= std::byte{1};
    EXPECT_TRUE(FirstDamage(block.data(), kBlockBytes, 7, Pages::kFew)) << at;
    block[at] ^= std::byte{1};
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

TEST(Contents, AreThereUpToWhereTheBlockIsCutOff) {
  std::array<std::byte, 1000> block{};
  for (const std::uint64_t bytes : {1u, 7u, 8u, 9u, 200u, 256u, 257u, 1000u}) {
    Fill(block.data(), bytes, 7);
    for (std::uint64_t kept = 0; kept <= bytes; ++kept) {
      EXPECT_FALSE(FirstDamageBefore(kept, block.data(), bytes, 7))
          << kept << " of " << bytes;
    }
  }
}

TEST(Contents, AreDamagedByAnyByteOfASmallBlock) {
  std::array<std::byte, kSmallBytes> block{};
  Fill(block.data(), kSmallBytes, 7);
  for (std::size_t i = 0; i < kSmallBytes; ++i) {
    block[i] ^= std::byte{1};
    EXPECT_TRUE(FirstDamageBefore(i + 1, block.data(), kSmallBytes, 7));
    EXPECT_FALSE(FirstDamageBefore(i, block.data(), kSmallBytes, 7));
    block[i] ^= std::byte{1};
  }
}

TEST(Contents, FindTheFirstByteThatIsNotZero) {
  std::array<std::byte, 1000> block{};
  EXPECT_FALSE(FirstNonZero(block.data(), 0, 1000));
  block[600] = std::byte{1};
  EXPECT_EQ(FirstNonZero(block.data(), 0, 1000), 600u);
  EXPECT_FALSE(FirstNonZero(block.data(), 0, 600));
  EXPECT_FALSE(FirstNonZero(block.data(), 601, 1000));
  EXPECT_FALSE(FirstNonZero(block.data(), 700, 600));
}

}  // namespace
}  // namespace lockstep::suite
