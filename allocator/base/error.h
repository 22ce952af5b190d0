#ifndef LOCKSTEP_ALLOCATOR_BASE_ERROR_H_
#define LOCKSTEP_ALLOCATOR_BASE_ERROR_H_

// Why a byte allocator refused. An operation that returns an error has changed
// nothing: no list, no statistic, and no byte of the memory that it manages.
//   After  `AllocError` of the crate `allocator`, with the same names.

#include <cstdint>
#include <expected>

namespace lockstep {

enum class AllocError : std::uint8_t {
  kInvalidParam,   // The arguments are wrong whatever has happened before.
  kMemoryOverlap,  // A region shares memory with one that was added before.
  kNoMemory,       // The request is valid, but there is no memory for it.
  kNotAllocated,   // The pointer is not that of a block that is allocated.
};

template <class T>
using Result = std::expected<T, AllocError>;

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_ERROR_H_
