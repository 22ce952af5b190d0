#ifndef LOCKSTEP_TESTS_ALLOCATOR_OUTCOME_H_
#define LOCKSTEP_TESTS_ALLOCATOR_OUTCOME_H_

// How the tests write down a request and what came of it:
//     EXPECT_EQ(buddy.Allocate(LayoutOf(8)), arena.at(0));
//     EXPECT_EQ(buddy.Allocate(LayoutOf(8)), kNoMemory);

#include <cstddef>
#include <expected>
#include <ostream>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"

namespace lockstep {

inline constexpr std::unexpected kInvalidParam(AllocError::kInvalidParam);
inline constexpr std::unexpected kMemoryOverlap(AllocError::kMemoryOverlap);
inline constexpr std::unexpected kNoMemory(AllocError::kNoMemory);
inline constexpr std::unexpected kNotAllocated(AllocError::kNotAllocated);

inline Layout LayoutOf(std::size_t size_bytes, std::size_t align_bytes = 1) {
  return Layout::Make(size_bytes, align_bytes).value();
}

// For GoogleTest's messages.
inline void PrintTo(AllocError error, std::ostream* out) {
  constexpr const char* kNames[] = {"kInvalidParam", "kMemoryOverlap",
                                    "kNoMemory", "kNotAllocated"};
  *out << kNames[static_cast<std::size_t>(error)];
}

inline void PrintTo(const std::unexpected<AllocError>& refusal,
                    std::ostream* out) {
  PrintTo(refusal.error(), out);
}

inline void PrintTo(const Result<void>& result, std::ostream* out) {
  if (!result) return PrintTo(result.error(), out);
  *out << "success";
}

inline void PrintTo(const Result<void*>& result, std::ostream* out) {
  if (!result) return PrintTo(result.error(), out);
  *out << *result;
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_ALLOCATOR_OUTCOME_H_
