#ifndef LOCKSTEP_TESTS_SLAB_CACHE_CACHE_OUTCOME_H_
#define LOCKSTEP_TESTS_SLAB_CACHE_CACHE_OUTCOME_H_

// How the tests write down what came of an operation:
//     EXPECT_EQ(cache.Trim(), kFatalError);
//     EXPECT_EQ(OutcomeOf(cache.Allocate()), kOutOfMemory);

#include <cstddef>
#include <expected>
#include <ostream>

#include "allocator/objects/cache_error.h"

namespace lockstep {

inline constexpr std::unexpected kOutOfMemory(CacheError::kOutOfMemory);
inline constexpr std::unexpected kInvalidPointer(CacheError::kInvalidPointer);
inline constexpr std::unexpected kAlignmentMismatch(
    CacheError::kAlignmentMismatch);
inline constexpr std::unexpected kFatalError(CacheError::kFatalError);

// Of results that cannot be copied.
template <class T>
CacheResult<void> OutcomeOf(const CacheResult<T>& result) {
  if (!result) return std::unexpected(result.error());
  return {};
}

// For GoogleTest's messages.
inline void PrintTo(CacheError error, std::ostream* out) {
  constexpr const char* kNames[] = {"kOutOfMemory", "kInvalidPointer",
                                    "kAlignmentMismatch", "kFatalError"};
  *out << kNames[static_cast<std::size_t>(error)];
}

inline void PrintTo(const std::unexpected<CacheError>& refusal,
                    std::ostream* out) {
  PrintTo(refusal.error(), out);
}

inline void PrintTo(const CacheResult<void>& result, std::ostream* out) {
  if (!result) return PrintTo(result.error(), out);
  *out << "success";
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SLAB_CACHE_CACHE_OUTCOME_H_
