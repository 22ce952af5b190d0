#include "models/shadow/contents.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>

#include "models/system/arena.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kChunkBytes = sizeof(std::uint64_t);

// Different in every word of every block, so that no neighbour's will do. In
// memory the low bytes, which differ most, come first.
std::uint64_t WordAt(std::uint64_t seed, std::uint64_t offset) {
  const std::uint64_t word = seed + (offset + 1) * 0x9E3779B97F4A7C15;
  return std::endian::native == std::endian::big ? __builtin_bswap64(word)
                                                 : word;
}

void FillSpan(std::byte* block, std::uint64_t first, std::uint64_t last,
              std::uint64_t seed) {
  std::uint64_t offset = first;
  for (; offset + kChunkBytes <= last; offset += kChunkBytes) {
    const std::uint64_t word = WordAt(seed, offset);
    std::memcpy(block + offset, &word, kChunkBytes);
  }
  const std::uint64_t word = WordAt(seed, offset);
  std::memcpy(block + offset, &word, static_cast<std::size_t>(last - offset));
}

bool IsIntact(const std::byte* block, std::uint64_t first, std::uint64_t last,
              std::uint64_t seed) {
  std::uint64_t difference = 0;
  std::uint64_t offset = first;
  for (; offset + kChunkBytes <= last; offset += kChunkBytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, block + offset, kChunkBytes);
    difference |= word ^ WordAt(seed, offset);
  }
  const std::uint64_t word = WordAt(seed, offset);
  return difference == 0 &&
         std::memcmp(block + offset, &word,
                     static_cast<std::size_t>(last - offset)) == 0;
}

// Between the ends; a power of two, so that it meets the starts of smaller
// blocks.
std::uint64_t StrideOf(std::uint64_t bytes, Pages pages) {
  const std::uint64_t many =
      pages == Pages::kFew ? kFewPagesBytes : Arena::kSparseBytes;
  const std::uint64_t strides = bytes < many ? kStrides : kSparseStrides;
  return std::max(kEndBytes, std::bit_ceil(bytes / strides));
}

// Calls visit(first, last) for each span that is filled, until it returns
// false.
template <class Visit>
void ForEachSpan(std::uint64_t bytes, Pages pages, Visit visit) {
  if (bytes <= kSmallBytes) {
    visit(std::uint64_t{0}, bytes);
    return;
  }
  if (!visit(std::uint64_t{0}, kEndBytes)) return;
  const std::uint64_t tail = bytes - kEndBytes;
  const std::uint64_t stride = StrideOf(bytes, pages);
  for (std::uint64_t at = stride; at + kChunkBytes <= tail; at += stride) {
    if (!visit(at, at + kChunkBytes)) return;
  }
  visit(tail, bytes);
}

// Only to say where: the check itself goes by spans.
std::uint64_t FirstWrongWord(const std::byte* block, std::uint64_t first,
                             std::uint64_t last, std::uint64_t seed) {
  while (first + kChunkBytes < last &&
         IsIntact(block, first, first + kChunkBytes, seed)) {
    first += kChunkBytes;
  }
  return first;
}

}  // namespace

void Fill(std::byte* block, std::uint64_t bytes, std::uint64_t seed,
          Pages pages) {
  ForEachSpan(bytes, pages, [&](std::uint64_t first, std::uint64_t last) {
    FillSpan(block, first, last, seed);
    return true;
  });
}

std::optional<std::uint64_t> FirstDamage(const std::byte* block,
                                         std::uint64_t bytes,
                                         std::uint64_t seed, Pages pages) {
  return FirstDamageBefore(bytes, block, bytes, seed, pages);
}

std::optional<std::uint64_t> FirstDamageBefore(std::uint64_t kept,
                                               const std::byte* block,
                                               std::uint64_t bytes,
                                               std::uint64_t seed,
                                               Pages pages) {
  std::optional<std::uint64_t> damage;
  ForEachSpan(bytes, pages, [&](std::uint64_t first, std::uint64_t end) {
    const std::uint64_t last = std::min(end, kept);
    if (first >= last || IsIntact(block, first, last, seed)) return true;
    damage = FirstWrongWord(block, first, last, seed);
    return false;
  });
  return damage;
}

std::optional<std::uint64_t> FirstNonZero(const std::byte* block,
                                          std::uint64_t start,
                                          std::uint64_t end, Pages pages) {
  const auto look = [&](std::uint64_t first, std::uint64_t last) {
    const std::byte* const stop = block + last;
    const std::byte* const found =
        std::find_if(block + first, stop,
                     [](std::byte byte) { return byte != std::byte{}; });
    return found == stop
               ? std::nullopt
               : std::optional(static_cast<std::uint64_t>(found - block));
  };
  if (start >= end) return std::nullopt;
  const std::uint64_t large =
      pages == Pages::kFew ? kFewPagesBytes : kLargeBytes;
  if (end - start <= large) return look(start, end);
  std::optional<std::uint64_t> wrong;
  ForEachSpan(end - start, pages, [&](std::uint64_t first, std::uint64_t last) {
    wrong = look(start + first, start + last);
    return !wrong;
  });
  return wrong;
}

}  // namespace lockstep::suite
