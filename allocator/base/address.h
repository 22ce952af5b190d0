#ifndef LOCKSTEP_ALLOCATOR_BASE_ADDRESS_H_
#define LOCKSTEP_ALLOCATOR_BASE_ADDRESS_H_

// Addresses as numbers, and rounding. Every `align_bytes` is a power of two.

#include <cstddef>
#include <cstdint>

namespace lockstep {

using Address = std::uintptr_t;

inline Address AddressOf(const void* pointer) {
  return reinterpret_cast<Address>(pointer);
}

inline void* PointerTo(Address address) {
  return reinterpret_cast<void*>(address);
}

constexpr Address AlignDown(Address address, std::size_t align_bytes) {
  return address & ~(align_bytes - 1);
}

// Wraps around to 0 above the last multiple of `align_bytes`.
constexpr Address AlignUp(Address address, std::size_t align_bytes) {
  return AlignDown(address + (align_bytes - 1), align_bytes);
}

constexpr bool IsAligned(Address address, std::size_t align_bytes) {
  return AlignDown(address, align_bytes) == address;
}

// a + b, or SIZE_MAX where that is too large.
constexpr std::size_t SumAtMostMax(std::size_t a, std::size_t b) {
  const std::size_t sum = a + b;
  return sum < a ? SIZE_MAX : sum;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_ADDRESS_H_
