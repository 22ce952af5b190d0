#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_CACHE_ERROR_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_CACHE_ERROR_H_

// Why an object cache refused. Nothing has changed, but for the one case that
// kFatalError names, and that a provider's refusals are counted.
//   After  the error type of the crate attachable-slab-allocator, same names.

#include <cstdint>
#include <expected>

namespace lockstep {

enum class CacheError : std::uint8_t {
  kOutOfMemory,     // The provider has no slab to give.
  kInvalidPointer,  // Not an object of such a cache, or freed before.
  // The address is not that of a slot; or the provider's memory was not aligned
  // to the slab, and has been given back.
  kAlignmentMismatch,
  // A slab's header contradicts itself; or the provider did not take a slab
  // back, which is out of the cache's hands then.
  kFatalError,
};

template <class T>
using CacheResult = std::expected<T, CacheError>;

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_CACHE_ERROR_H_
