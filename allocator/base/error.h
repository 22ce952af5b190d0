#ifndef LOCKSTEP_ALLOCATOR_BASE_ERROR_H_
#define LOCKSTEP_ALLOCATOR_BASE_ERROR_H_

// Why a byte allocator refused. An operation that returns an error has changed
// nothing: no free list, no statistic, no byte of the memory it manages.
//   After  `AllocError` of the crate `allocator`, same names.

#include <cstdint>
#include <expected>

namespace lockstep {

enum class AllocError : std::uint8_t {
  kInvalidParam,   // The arguments make no sense, whatever the state.
  kMemoryOverlap,  // A region shares memory with one that was added before.
  kNoMemory,       // The request is sound; there is nothing to serve it from.
  kNotAllocated,   // The pointer is well formed but not one to free.
};

template <class T>
using Result = std::expected<T, AllocError>;

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_ERROR_H_
