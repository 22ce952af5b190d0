#include "models/explore/state_set.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

// Parts are of different sizes at first, so that they do not grow all at once.
constexpr std::size_t kSmallestPart = 64;
constexpr std::size_t kPartsPerSize = 4;

// A part that is more than three quarters full grows by a quarter.
bool IsFull(std::uint64_t count, std::uint64_t size) {
  return 4 * count > 3 * size;
}
std::uint64_t Grown(std::uint64_t size) { return size + size / 4 + 1; }
// Of a length: its low seven bits, and whether more follow.
constexpr unsigned kLengthBits = 7;
constexpr unsigned char kMore = 1u << kLengthBits;

std::size_t LengthBytes(std::size_t length) {
  return static_cast<std::size_t>(std::bit_width(length | 1) + 6) / 7;
}

}  // namespace

StateSet::StateSet() {
  for (std::size_t i = 0; i < kParts; ++i) {
    parts_[i].entries.resize(kSmallestPart + i / kPartsPerSize);
    entries_ += parts_[i].entries.size();
  }
  most_entries_ = parts_.back().entries.size();
}

std::uint64_t StateSet::HashOf(std::string_view key) {
  const std::uint64_t hash = std::hash<std::string_view>()(key);
  // Where size_t is of 32 bits, the upper ones are wanted, too.
  return hash * 0x9E3779B97F4A7C15 ^ hash >> 29;
}

std::string_view StateSet::At(std::uint64_t place) const {
  const char* at =
      chunks_[static_cast<std::size_t>(place / kChunkBytes)].get() +
      place % kChunkBytes;
  std::size_t length = 0;
  for (unsigned shift = 0;; shift += kLengthBits) {
    const auto byte = static_cast<unsigned char>(*at++);
    length |= static_cast<std::size_t>(byte & (kMore - 1u)) << shift;
    if ((byte & kMore) == 0) return {at, length};
  }
}

std::uint64_t StateSet::Append(std::string_view key) {
  const std::size_t bytes = LengthBytes(key.size()) + key.size();
  if (end_ + bytes > chunks_.size() * kChunkBytes) {
    end_ = chunks_.size() * kChunkBytes;
    chunks_.push_back(std::make_unique_for_overwrite<char[]>(kChunkBytes));
  }
  const std::uint64_t place = end_;
  char* to = chunks_.back().get() + place % kChunkBytes;
  std::size_t length = key.size();
  for (; length >= kMore; length >>= kLengthBits) {
    *to++ = static_cast<char>(length | kMore);
  }
  *to++ = static_cast<char>(length);
  std::memcpy(to, key.data(), key.size());
  end_ += bytes;
  return place;
}

void StateSet::ExpectEntry(std::uint64_t hash) const {
  const Part& part = PartOf(hash);
  __builtin_prefetch(&part.entries[part.IndexOf(TagOf(hash))]);
}

void StateSet::ExpectString(std::uint64_t hash) const {
  const Part& part = PartOf(hash);
  std::size_t i = part.IndexOf(TagOf(hash));
  for (; part.entries[i] != 0; i = part.After(i)) {
    if (TagOf(part.entries[i]) != TagOf(hash)) continue;
    const std::uint64_t place = (part.entries[i] & kPlaces) - 1;
    __builtin_prefetch(
        chunks_[static_cast<std::size_t>(place / kChunkBytes)].get() +
        place % kChunkBytes);
    return;
  }
}

bool StateSet::Contains(std::string_view key, std::uint64_t hash) const {
  const Part& part = PartOf(hash);
  std::size_t i = part.IndexOf(TagOf(hash));
  for (; part.entries[i] != 0; i = part.After(i)) {
    if (TagOf(part.entries[i]) == TagOf(hash) &&
        At((part.entries[i] & kPlaces) - 1) == key) {
      return true;
    }
  }
  return false;
}

bool StateSet::Insert(std::string_view key, std::uint64_t hash) {
  if (key.size() >= kMostBytes) {
    throw std::length_error("a state has too many bytes to be kept");
  }
  if (Contains(key, hash)) return false;
  Part& part = parts_[static_cast<std::size_t>(&PartOf(hash) - parts_.data())];
  const std::size_t before = part.entries.size();
  if (IsFull(part.count + 1, before)) {
    part.Grow();
    entries_ += part.entries.size() - before;
    most_entries_ = std::max<std::uint64_t>(most_entries_, part.entries.size());
  }
  part.Enter(TagOf(hash) | (Append(key) + 1));
  ++part.count;
  ++size_;
  return true;
}

void StateSet::Part::Enter(Entry entry) {
  std::size_t i = IndexOf(entry);
  while (entries[i] != 0) i = After(i);
  entries[i] = entry;
}

void StateSet::Part::Grow() {
  const std::vector<Entry> old = std::exchange(
      entries,
      std::vector<Entry>(static_cast<std::size_t>(Grown(entries.size()))));
  for (const Entry entry : old) {
    if (entry != 0) Enter(entry);
  }
}

std::uint64_t StateSet::Bytes() const {
  return entries_ * sizeof(Entry) + chunks_.size() * kChunkBytes;
}

// A part that has grown is at least three fifths full; and while one grows, it is
// there twice.
std::uint64_t StateSet::BytesWith(std::uint64_t count) const {
  constexpr std::uint64_t kFewest = 2 * kSmallestPart + 4;
  const std::uint64_t entries = kParts * kFewest + (size_ + count) / 3 * 5;
  const std::uint64_t twice = most_entries_ + 2 * count;
  return (entries + twice) * sizeof(Entry) + (chunks_.size() + 1) * kChunkBytes;
}

}  // namespace lockstep::suite
