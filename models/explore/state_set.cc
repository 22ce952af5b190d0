#include "models/explore/state_set.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

// Parts are of different sizes at first, so that they do not grow all at once.
constexpr std::size_t kSmallestPart = 64;
constexpr std::uint64_t kStringChunkBytes = std::uint64_t{1} << 22;

// A part that is more than three quarters full grows by a quarter.
bool IsFull(std::uint64_t count, std::uint64_t size) {
  return 4 * count > 3 * size;
}
std::size_t Grown(std::size_t size) { return size + size / 4 + 1; }
// Of a length: its low seven bits, and whether more follow.
constexpr unsigned kLengthBits = 7;
constexpr unsigned char kMore = 1u << kLengthBits;

std::size_t LengthBytes(std::size_t length) {
  return static_cast<std::size_t>(std::bit_width(length | 1) + 6) / 7;
}

// A string and its length.
std::string_view StringAt(const char* at) {
  std::size_t length = 0;
  for (unsigned shift = 0;; shift += kLengthBits) {
    const auto byte = static_cast<unsigned char>(*at++);
    length |= static_cast<std::size_t>(byte & (kMore - 1u)) << shift;
    if ((byte & kMore) == 0) return {at, length};
  }
}

}  // namespace

StateSet::StateSet() {
  for (Shard& shard : shards_) {
    for (std::size_t i = 0; i < kParts; ++i) {
      shard.parts[i].entries.resize(kSmallestPart + i);
    }
  }
}

std::uint64_t StateSet::HashOf(std::string_view key) {
  const std::uint64_t hash = std::hash<std::string_view>()(key);
  // Where size_t is of 32 bits, the upper ones are wanted, too.
  return hash * 0x9E3779B97F4A7C15 ^ hash >> 29;
}

const char* StateSet::Shard::At(Entry entry) const {
  const std::uint64_t place = (entry & kPlaces) - 1;
  return chunks[static_cast<std::size_t>(place / kStringChunkBytes)].get() +
         place % kStringChunkBytes;
}

std::uint64_t StateSet::Shard::Append(std::string_view key) {
  const std::size_t bytes = LengthBytes(key.size()) + key.size();
  if (end + bytes > chunks.size() * kStringChunkBytes) {
    end = chunks.size() * kStringChunkBytes;
    if (end + kStringChunkBytes > kPlaces) throw std::bad_alloc();
    chunks.push_back(std::make_unique_for_overwrite<char[]>(kStringChunkBytes));
  }
  const std::uint64_t place = end;
  char* to = chunks.back().get() + place % kStringChunkBytes;
  std::size_t length = key.size();
  for (; length >= kMore; length >>= kLengthBits) {
    *to++ = static_cast<char>(length | kMore);
  }
  *to++ = static_cast<char>(length);
  std::memcpy(to, key.data(), key.size());
  end += bytes;
  return place;
}

void StateSet::Shard::ExpectEntry(std::uint64_t hash) const {
  const Part& part = parts[PartOf(hash)];
  __builtin_prefetch(&part.entries[part.IndexOf(TagOf(hash))]);
}

void StateSet::Shard::ExpectString(std::uint64_t hash) const {
  const Part& part = parts[PartOf(hash)];
  std::size_t i = part.IndexOf(TagOf(hash));
  for (; part.entries[i] != 0; i = part.After(i)) {
    if (TagOf(part.entries[i]) != TagOf(hash)) continue;
    __builtin_prefetch(At(part.entries[i]));
    return;
  }
}

bool StateSet::Shard::Contains(std::string_view key, std::uint64_t hash) const {
  const Part& part = parts[PartOf(hash)];
  std::size_t i = part.IndexOf(TagOf(hash));
  for (; part.entries[i] != 0; i = part.After(i)) {
    if (TagOf(part.entries[i]) == TagOf(hash) &&
        StringAt(At(part.entries[i])) == key) {
      return true;
    }
  }
  return false;
}

bool StateSet::Shard::Insert(std::string_view key, std::uint64_t hash) {
  if (key.size() >= kMostBytes) {
    throw std::length_error("a state has too many bytes to be kept");
  }
  if (Contains(key, hash)) return false;
  Part& part = parts[PartOf(hash)];
  if (IsFull(part.count + 1, part.entries.size())) part.Grow();
  part.Enter(TagOf(hash) | (Append(key) + 1));
  ++part.count;
  return true;
}

void StateSet::Part::Enter(Entry entry) {
  std::size_t i = IndexOf(entry);
  while (entries[i] != 0) i = After(i);
  entries[i] = entry;
}

void StateSet::Part::Grow() {
  const std::vector<Entry> old =
      std::exchange(entries, std::vector<Entry>(Grown(entries.size())));
  for (const Entry entry : old) {
    if (entry != 0) Enter(entry);
  }
}

std::uint64_t StateSet::size() const {
  std::uint64_t size = 0;
  for (const Shard& shard : shards_) {
    for (const Part& part : shard.parts) size += part.count;
  }
  return size;
}

std::uint64_t StateSet::Bytes() const {
  std::uint64_t bytes = 0;
  for (const Shard& shard : shards_) {
    for (const Part& part : shard.parts) {
      bytes += part.entries.size() * sizeof(Entry);
    }
    bytes += shard.chunks.size() * kStringChunkBytes;
  }
  return bytes;
}

// A part that has grown is at least three fifths full; and while one grows, it is
// there twice. Each shard may have one that does.
std::uint64_t StateSet::BytesWith(std::uint64_t count) const {
  constexpr std::uint64_t kFewest = 2 * kSmallestPart + 4;
  std::uint64_t entries =
      kShards * kParts * kFewest + (size() + count) / 3 * 5 + 2 * count;
  std::uint64_t chunks = 0;
  for (const Shard& shard : shards_) {
    std::uint64_t largest = 0;
    for (const Part& part : shard.parts) {
      largest = std::max<std::uint64_t>(largest, part.entries.size());
    }
    entries += largest;
    chunks += shard.chunks.size() + 1;
  }
  return entries * sizeof(Entry) + chunks * kStringChunkBytes;
}

}  // namespace lockstep::suite
