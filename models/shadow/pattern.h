#ifndef LOCKSTEP_MODELS_SHADOW_PATTERN_H_
#define LOCKSTEP_MODELS_SHADOW_PATTERN_H_

// The words that a client would write into a block, written and compared as many
// at a time as the machine can.
//   Requires   of each function that all of its span may be accessed.
//   Complexity O(bytes).

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lockstep::suite::pattern {

inline constexpr std::uint64_t kChunkBytes = sizeof(std::uint64_t);
// How many words are filled or compared at once. Because the number is constant,
// the compiler can use the widest registers of the machine.
inline constexpr std::uint64_t kWordsAtOnce = 8;
inline constexpr std::uint64_t kBytesAtOnce = kWordsAtOnce * kChunkBytes;
// From one word of a block to the next; from one byte to the next an eighth.
inline constexpr std::uint64_t kByteStep = 0x9E3779B97F4A7C15;
inline constexpr std::uint64_t kWordStep = kChunkBytes * kByteStep;

// Different in every word of every block, so that no neighbour's will do. In
// memory the low bytes, which differ most, come first.
inline std::uint64_t WordAt(std::uint64_t seed, std::uint64_t offset) {
  return seed + (offset + 1) * kByteStep;
}

inline std::uint64_t LowBytesFirst(std::uint64_t word) {
  return std::endian::native == std::endian::big ? __builtin_bswap64(word)
                                                 : word;
}

inline void Store(std::byte* at, std::uint64_t word) {
  word = LowBytesFirst(word);
  std::memcpy(at, &word, sizeof(word));
}

inline std::uint64_t Load(const std::byte* at) {
  std::uint64_t word = 0;
  std::memcpy(&word, at, sizeof(word));
  return LowBytesFirst(word);
}

// The eight bytes that begin `bytes` bytes, less than eight, after the start of
// one word, and end so many after the start of the next.
inline std::uint64_t Between(std::uint64_t word, std::uint64_t bytes) {
  const std::uint64_t bits = 8 * bytes;
  return word >> bits | ((word + kWordStep) << 1) << (63 - bits);
}

// Less than a word.
inline void FillFew(std::byte* at, std::uint64_t bytes, std::uint64_t word) {
  for (; bytes != 0; --bytes, ++at, word >>= 8) {
    *at = static_cast<std::byte>(word & 0xFF);
  }
}

inline std::uint64_t DifferenceOfFew(const std::byte* at, std::uint64_t bytes,
                                     std::uint64_t word) {
  std::uint64_t difference = 0;
  for (; bytes != 0; --bytes, ++at, word >>= 8) {
    difference |= std::to_integer<std::uint64_t>(*at) ^ (word & 0xFF);
  }
  return difference;
}

inline void FillSpan(std::byte* block, std::uint64_t first, std::uint64_t last,
                     std::uint64_t seed) {
  std::uint64_t word = WordAt(seed, first);
  std::byte* at = block + first;
  std::uint64_t left = last - first;
  if (left < kChunkBytes) return FillFew(at, left, word);
  for (; left >= kBytesAtOnce; left -= kBytesAtOnce, at += kBytesAtOnce) {
    for (std::uint64_t i = 0; i < kWordsAtOnce; ++i, word += kWordStep) {
      Store(at + i * kChunkBytes, word);
    }
  }
  for (; left >= kChunkBytes; left -= kChunkBytes, at += kChunkBytes) {
    Store(at, word);
    word += kWordStep;
  }
  // The last word once more, as far as it was filled, and what follows it.
  Store(at + left - kChunkBytes, Between(word - kWordStep, left));
}

// Of so many bytes at once, the bits in which some word is not as it was filled.
inline std::uint64_t DifferenceAtOnce(const std::byte* at, std::uint64_t word) {
  std::uint64_t difference = 0;
  for (std::uint64_t i = 0; i < kWordsAtOnce; ++i, word += kWordStep) {
    difference |= Load(at + i * kChunkBytes) ^ word;
  }
  return difference;
}

// Zero if all of the span is as it was filled.
inline std::uint64_t DifferenceIn(const std::byte* block, std::uint64_t first,
                                  std::uint64_t last, std::uint64_t seed) {
  std::uint64_t word = WordAt(seed, first);
  const std::byte* at = block + first;
  std::uint64_t left = last - first;
  if (left < kChunkBytes) return DifferenceOfFew(at, left, word);
  std::uint64_t difference = 0;
  for (; left >= kBytesAtOnce; left -= kBytesAtOnce, at += kBytesAtOnce) {
    difference |= DifferenceAtOnce(at, word);
    word += kWordsAtOnce * kWordStep;
  }
  for (; left >= kChunkBytes; left -= kChunkBytes, at += kChunkBytes) {
    difference |= Load(at) ^ word;
    word += kWordStep;
  }
  return difference |
         (Load(at + left - kChunkBytes) ^ Between(word - kWordStep, left));
}

}  // namespace lockstep::suite::pattern

#endif  // LOCKSTEP_MODELS_SHADOW_PATTERN_H_
