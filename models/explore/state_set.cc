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

constexpr std::uint64_t kSmallestTable = 1024;
// Of a length: its low seven bits, and whether more follow.
constexpr unsigned kLengthBits = 7;
constexpr unsigned char kMore = 1u << kLengthBits;

std::size_t LengthBytes(std::size_t length) {
  return static_cast<std::size_t>(std::bit_width(length | 1) + 6) / 7;
}

}  // namespace

StateSet::StateSet() : table_(kSmallestTable) {}

std::uint64_t StateSet::HashOf(std::string_view key) {
  const std::uint64_t hash = std::hash<std::string_view>()(key);
  // Where size_t is of 32 bits, the upper ones are wanted, too.
  return hash * 0x9E3779B97F4A7C15 ^ hash >> 29;
}

std::uint64_t StateSet::TableSizeFor(std::uint64_t count) {
  return std::max(kSmallestTable, std::bit_ceil(count + count / 2));
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

bool StateSet::Contains(std::string_view key, std::uint64_t hash) const {
  const std::size_t mask = table_.size() - 1;
  for (std::size_t i = hash & mask; table_[i] != 0; i = (i + 1) & mask) {
    if ((table_[i] & ~kPlaces) == TagOf(hash) &&
        At((table_[i] & kPlaces) - 1) == key) {
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
  if (TableSizeFor(size_ + 1) > table_.size()) Grow();
  Enter(TagOf(hash) | (Append(key) + 1), hash);
  ++size_;
  return true;
}

void StateSet::Enter(Entry entry, std::uint64_t hash) {
  const std::size_t mask = table_.size() - 1;
  std::size_t i = hash & mask;
  while (table_[i] != 0) i = (i + 1) & mask;
  table_[i] = entry;
}

void StateSet::Grow() {
  const std::vector<Entry> old = std::exchange(
      table_,
      std::vector<Entry>(static_cast<std::size_t>(TableSizeFor(size_ + 1))));
  for (const Entry entry : old) {
    if (entry == 0) continue;
    Enter(entry, HashOf(At((entry & kPlaces) - 1)));
  }
}

std::uint64_t StateSet::Bytes() const {
  return table_.size() * sizeof(Entry) + chunks_.size() * kChunkBytes;
}

std::uint64_t StateSet::BytesWith(std::uint64_t count) const {
  const std::uint64_t table = TableSizeFor(size_ + count);
  const std::uint64_t grown = table > table_.size() ? table * sizeof(Entry) : 0;
  return Bytes() + grown + kChunkBytes;
}

}  // namespace lockstep::suite
