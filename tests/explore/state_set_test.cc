#include "models/explore/state_set.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace lockstep::suite {
namespace {

bool Insert(StateSet& set, std::string_view key) {
  return set.Insert(key, StateSet::HashOf(key));
}

bool Contains(const StateSet& set, std::string_view key) {
  return set.Contains(key, StateSet::HashOf(key));
}

// Of any length, each different from all others.
std::string Key(std::uint64_t number, std::size_t length) {
  std::string key(length, 'x');
  for (std::size_t i = 0; i < length && number != 0; ++i, number >>= 8) {
    key[i] = static_cast<char>('x' ^ (number & 0xFF));
  }
  return key;
}

TEST(StateSet, HasWhatWasInsertedAndNothingElse) {
  StateSet set;
  EXPECT_FALSE(Contains(set, ""));
  EXPECT_TRUE(Insert(set, ""));
  EXPECT_TRUE(Contains(set, ""));
  for (const std::size_t length : {1u, 2u, 127u, 128u, 129u, 16384u, 100000u}) {
    EXPECT_FALSE(Contains(set, Key(0, length)));
    EXPECT_TRUE(Insert(set, Key(0, length)));
    EXPECT_FALSE(Insert(set, Key(0, length)));
    EXPECT_TRUE(Contains(set, Key(0, length)));
    EXPECT_FALSE(Contains(set, Key(1, length)));
  }
  EXPECT_EQ(set.size(), 8u);
}

TEST(StateSet, TellsEqualHashesApart) {
  StateSet set;
  for (std::uint64_t i = 0; i < 3000; ++i) {
    EXPECT_TRUE(set.Insert(Key(i, 5), 0));
  }
  EXPECT_FALSE(set.Insert(Key(2999, 5), 0));
  EXPECT_FALSE(set.Contains(Key(3000, 5), 0));
}

// With its length a key takes 16 bytes: chunks are filled to the last.
TEST(StateSet, KeepsAllWhenItsMemoryIsFilledExactly) {
  constexpr std::uint64_t kKeys = 2'500'000;
  StateSet set;
  for (std::uint64_t i = 0; i < kKeys; ++i) Insert(set, Key(i, 15));
  EXPECT_EQ(set.size(), kKeys);
  std::uint64_t missing = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    if (!Contains(set, Key(i, 15))) ++missing;
  }
  EXPECT_EQ(missing, 0u);
  EXPECT_FALSE(Contains(set, Key(kKeys, 15)));
}

TEST(StateSet, IsFilledByAThreadForEachShard) {
  constexpr std::uint64_t kKeys = 100'000;
  StateSet set;
  const auto fill = [&](std::size_t shard) {
    for (std::uint64_t i = 0; i < kKeys; ++i) {
      const std::string key = Key(i, 8);
      const std::uint64_t hash = StateSet::HashOf(key);
      if (StateSet::ShardOf(hash) == shard) set.Insert(key, hash);
    }
  };
  {
    std::vector<std::jthread> threads;
    for (std::size_t shard = 0; shard < StateSet::kShards; ++shard) {
      threads.emplace_back(fill, shard);
    }
  }
  EXPECT_EQ(set.size(), kKeys);
  std::uint64_t missing = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    if (!Contains(set, Key(i, 8))) ++missing;
  }
  EXPECT_EQ(missing, 0u);
}

TEST(StateSet, SaysBeforehandWhatItMayTake) {
  StateSet set;
  for (std::uint64_t i = 0; i < 100'000; ++i) {
    const std::uint64_t most = set.BytesWith(1);
    Insert(set, Key(i, 9));
    EXPECT_LE(set.Bytes(), most);
  }
}

}  // namespace
}  // namespace lockstep::suite
