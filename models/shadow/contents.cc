#include "models/shadow/contents.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/shadow/pattern.h"
#include "models/system/arena.h"

namespace lockstep::suite {
namespace {

using pattern::DifferenceAtOnce;
using pattern::DifferenceIn;
using pattern::FillSpan;
using pattern::kBytesAtOnce;
using pattern::kByteStep;
using pattern::kChunkBytes;
using pattern::Load;
using pattern::Store;
using pattern::WordAt;

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

// How many words at a stride, from the first stride on, end by `end`.
std::uint64_t WordsBefore(std::uint64_t end, std::uint64_t stride) {
  return end < kChunkBytes ? 0
                           : (end - kChunkBytes) >> std::countr_zero(stride);
}

// So many words at a stride, four at a time.
std::uint64_t DifferenceAtStrides(const std::byte* at, std::uint64_t words,
                                  std::uint64_t stride, std::uint64_t seed) {
  const std::uint64_t step = stride * kByteStep;
  std::uint64_t word = WordAt(seed, stride);
  std::uint64_t difference = 0;
  at += stride;
  for (; words >= 4; words -= 4, at += 4 * stride, word += 4 * step) {
    difference |= Load(at) ^ word;
    difference |= Load(at + stride) ^ (word + step);
    difference |= Load(at + 2 * stride) ^ (word + 2 * step);
    difference |= Load(at + 3 * stride) ^ (word + 3 * step);
  }
  for (; words != 0; --words, at += stride, word += step) {
    difference |= Load(at) ^ word;
  }
  return difference;
}

// Of the first `kept` bytes, what ForEachSpan visits: zero if all is as Fill left
// it.
std::uint64_t DifferenceBefore(std::uint64_t kept, const std::byte* block,
                               std::uint64_t bytes, std::uint64_t seed,
                               Pages pages) {
  if (bytes <= kSmallBytes) {
    return DifferenceIn(block, 0, std::min(bytes, kept), seed);
  }
  const std::uint64_t tail = bytes - kEndBytes;
  const std::uint64_t stride = StrideOf(bytes, pages);
  const std::uint64_t words = WordsBefore(std::min(tail, kept), stride);
  std::uint64_t difference = DifferenceAtStrides(block, words, stride, seed);
  if (kept >= bytes) {
    return difference | DifferenceAtOnce(block, WordAt(seed, 0)) |
           DifferenceAtOnce(block + tail, WordAt(seed, tail));
  }
  difference |= DifferenceIn(block, 0, std::min(kEndBytes, kept), seed);
  const std::uint64_t next = (words + 1) * stride;
  if (next < kept && next + kChunkBytes <= tail) {
    difference |= DifferenceIn(block, next, kept, seed);
  }
  if (tail < kept) difference |= DifferenceIn(block, tail, kept, seed);
  return difference;
}

// Only to say where: whether there is damage at all is found faster.
std::uint64_t FirstWrongWord(const std::byte* block, std::uint64_t first,
                             std::uint64_t last, std::uint64_t seed) {
  while (first + kChunkBytes < last &&
         DifferenceIn(block, first, first + kChunkBytes, seed) == 0) {
    first += kChunkBytes;
  }
  return first;
}

bool IsZero(const std::byte* at) {
  std::uint64_t any = 0;
  for (std::uint64_t i = 0; i < kBytesAtOnce; i += kChunkBytes) {
    any |= Load(at + i);
  }
  return any == 0;
}

}  // namespace

static_assert(kEndBytes == kBytesAtOnce);

void Fill(std::byte* block, std::uint64_t bytes, std::uint64_t seed,
          Pages pages) {
  if (bytes <= kSmallBytes) return FillSpan(block, 0, bytes, seed);
  FillSpan(block, 0, kEndBytes, seed);
  const std::uint64_t tail = bytes - kEndBytes;
  const std::uint64_t stride = StrideOf(bytes, pages);
  const std::uint64_t step = stride * kByteStep;
  std::uint64_t word = WordAt(seed, stride);
  std::byte* at = block + stride;
  for (auto words = WordsBefore(tail, stride); words != 0; --words) {
    Store(at, word);
    at += stride;
    word += step;
  }
  FillSpan(block, tail, bytes, seed);
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
  if (DifferenceBefore(kept, block, bytes, seed, pages) == 0) {
    return std::nullopt;
  }
  std::optional<std::uint64_t> damage;
  ForEachSpan(bytes, pages, [&](std::uint64_t first, std::uint64_t end) {
    const std::uint64_t last = std::min(end, kept);
    if (first >= last || DifferenceIn(block, first, last, seed) == 0) {
      return true;
    }
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
    while (last - first >= kBytesAtOnce && IsZero(block + first)) {
      first += kBytesAtOnce;
    }
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
