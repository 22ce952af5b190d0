#include "fuzz/mutator.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iterator>
#include <numeric>
#include <set>
#include <vector>

#include "fuzz/comparisons.h"
#include "gtest/gtest.h"
#include "models/script/encoding.h"

namespace lockstep::suite {
namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t kMost = 64 * kEncodedBytes;
constexpr std::uint64_t kSeeds = 2000;

// Records that can be told apart: all bytes of the i-th are first + i.
Bytes Numbered(std::size_t records, std::uint8_t first) {
  Bytes bytes;
  for (std::size_t i = 0; i < records; ++i) {
    bytes.insert(bytes.end(), kEncodedBytes,
                 static_cast<std::uint8_t>(first + i));
  }
  return bytes;
}

std::size_t RecordsOf(const Bytes& bytes) {
  EXPECT_EQ(bytes.size() % kEncodedBytes, 0u);
  return bytes.size() / kEncodedBytes;
}

TEST(Mutator, IsTheSameForTheSameSeed) {
  const Bytes bytes = Numbered(8, 1);
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    EXPECT_EQ(Mutated(bytes, kMost, seed), Mutated(bytes, kMost, seed));
  }
}

TEST(Mutator, TakesAnyBytesAndKeepsToItsLimit) {
  for (std::size_t size = 0; size < 70; ++size) {
    const Bytes bytes(size, 0x5A);
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      for (const std::size_t most : {std::size_t{0}, std::size_t{15},
                                     std::size_t{16}, std::size_t{47}}) {
        EXPECT_LE(Mutated(bytes, most, seed).size(), most);
        EXPECT_LE(Spliced(bytes, bytes, most, seed).size(), most);
      }
    }
  }
}

// What must come up within the seeds.
void ExpectOnce(const std::function<bool(const Bytes&)>& is_it) {
  const Bytes bytes = Numbered(8, 1);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    if (is_it(Mutated(bytes, kMost, seed))) return;
  }
  ADD_FAILURE() << "in none of " << kSeeds << " seeds";
}

Bytes Without(Bytes bytes, std::size_t record) {
  const auto first =
      bytes.begin() + static_cast<std::ptrdiff_t>(record * kEncodedBytes);
  bytes.erase(first, first + kEncodedBytes);
  return bytes;
}

TEST(Mutator, DeletesAnOpAndNothingElse) {
  ExpectOnce(
      [](const Bytes& now) { return now == Without(Numbered(8, 1), 5); });
}

TEST(Mutator, InsertsOps) {
  ExpectOnce([](const Bytes& now) {
    return RecordsOf(now) == 9 &&
           std::ranges::equal(Without(now, 3), Numbered(8, 1));
  });
}

TEST(Mutator, DoublesOps) {
  ExpectOnce([](const Bytes& now) {
    return RecordsOf(now) == 10 &&
           std::ranges::count(now, std::uint8_t{4}) == 2 * kEncodedBytes &&
           std::ranges::count(now, std::uint8_t{5}) == 2 * kEncodedBytes;
  });
}

TEST(Mutator, SwapsOps) {
  ExpectOnce([](const Bytes& now) {
    Bytes swapped = Numbered(8, 1);
    std::swap_ranges(swapped.begin() + 2 * kEncodedBytes,
                     swapped.begin() + 3 * kEncodedBytes,
                     swapped.begin() + 6 * kEncodedBytes);
    return now == swapped;
  });
}

TEST(Mutator, ChangesOneByteOfOneOp) {
  ExpectOnce([](const Bytes& now) {
    const Bytes before = Numbered(8, 1);
    return now.size() == before.size() &&
           std::ranges::mismatch(now, before).in1 != now.end() &&
           std::inner_product(now.begin(), now.end(), before.begin(), 0,
                              std::plus<>(), std::not_equal_to<>()) == 1;
  });
}

TEST(Mutator, AimsAnOpAtTheSlotOfAnother) {
  ExpectOnce([](const Bytes& now) {
    Bytes aimed = Numbered(8, 1);
    aimed[4 * kEncodedBytes + 1] = 7;
    aimed[4 * kEncodedBytes + 2] = 7;
    return now == aimed;
  });
}

// Whether one of the records asks for so many bytes, spelled out.
bool AsksFor(const Bytes& bytes, std::uint64_t size) {
  for (std::size_t at = 0; at < bytes.size(); at += kEncodedBytes) {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < 8; ++i) {
      number |= std::uint64_t{bytes[at + 8 + i]} << 8 * i;
    }
    if (number == size && bytes[at + 7] >> 3 == 31) return true;
  }
  return false;
}

TEST(Mutator, AsksForWhatSomethingWasComparedWith) {
  constexpr std::uint64_t kOdd = 123'456'789;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    EXPECT_FALSE(AsksFor(Mutated(Numbered(8, 1), kMost, seed), kOdd));
  }
  NoteComparison(kOdd);
  EXPECT_EQ(ComparedConstant(7), kOdd);
  ExpectOnce([](const Bytes& now) { return AsksFor(now, kOdd); });
}

TEST(Mutator, ReachesEveryByteOfTheFirstRecord) {
  std::set<std::size_t> changed;
  const Bytes before = Numbered(8, 1);
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Bytes now = Mutated(before, kMost, seed);
    for (std::size_t i = 0; i < kEncodedBytes; ++i) {
      if (now[i] != before[i]) changed.insert(i);
    }
  }
  EXPECT_EQ(changed.size(), kEncodedBytes);
}

TEST(Mutator, SplicesTheFrontOfOneWithTheBackOfTheOther) {
  const Bytes one = Numbered(8, 1);
  const Bytes other = Numbered(8, 101);
  std::set<std::size_t> sizes;
  for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
    const Bytes spliced = Spliced(one, other, kMost, seed);
    sizes.insert(RecordsOf(spliced));
    EXPECT_EQ(spliced[0], 1) << "the swarm of the first";
    const auto seam = std::ranges::find_if(
        spliced, [](std::uint8_t byte) { return byte > 100; });
    EXPECT_TRUE(std::equal(spliced.begin(), seam, one.begin()));
    EXPECT_TRUE(std::equal(std::make_reverse_iterator(spliced.end()),
                           std::make_reverse_iterator(seam), other.rbegin()));
    EXPECT_EQ(std::ranges::count(spliced, std::uint8_t{101}), 0);
  }
  EXPECT_GT(sizes.size(), 10u);
}

}  // namespace
}  // namespace lockstep::suite
