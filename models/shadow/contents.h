#ifndef LOCKSTEP_MODELS_SHADOW_CONTENTS_H_
#define LOCKSTEP_MODELS_SHADOW_CONTENTS_H_

// What a client would write into its block, and whether it is still there.
// Every byte of a block of up to kSmallBytes; of a larger one both ends, and
// words at a stride in between.
//   Complexity O(1): at most kSmallBytes + 8 * kStrides bytes.

#include <cstddef>
#include <cstdint>
#include <optional>

namespace lockstep::suite {

inline constexpr std::uint64_t kSmallBytes = 256;
inline constexpr std::uint64_t kEndBytes = 64;
inline constexpr std::uint64_t kStrides = 256;
// Of a block that only a sparse arena has room for: each in a page of its own.
inline constexpr std::uint64_t kSparseStrides = 8;

// How many pages of a block may be touched. kFew, in a sparse arena, where each
// page that is touched for the first time costs more than an operation: a block
// above kFewPagesBytes has kSparseStrides.
enum class Pages { kMany, kFew };
inline constexpr std::uint64_t kFewPagesBytes = 1 << 14;

void Fill(std::byte* block, std::uint64_t bytes, std::uint64_t seed,
          Pages pages = Pages::kMany);

// The offset of the first word that is not as Fill left it.
std::optional<std::uint64_t> FirstDamage(const std::byte* block,
                                         std::uint64_t bytes,
                                         std::uint64_t seed,
                                         Pages pages = Pages::kMany);
// The same of the first `kept` bytes alone, of a block that was filled with
// `bytes`: the rest may be gone.
std::optional<std::uint64_t> FirstDamageBefore(std::uint64_t kept,
                                               const std::byte* block,
                                               std::uint64_t bytes,
                                               std::uint64_t seed,
                                               Pages pages = Pages::kMany);

// The offset of a byte of [start, end) that is not zero. Of a span above
// kLargeBytes, or above kFewPagesBytes where few pages may be touched, looks at
// both ends and at words at a stride.
inline constexpr std::uint64_t kLargeBytes = 1 << 20;
std::optional<std::uint64_t> FirstNonZero(const std::byte* block,
                                          std::uint64_t start,
                                          std::uint64_t end,
                                          Pages pages = Pages::kMany);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_CONTENTS_H_
