#ifndef LOCKSTEP_ALLOCATOR_BASE_LAYOUT_H_
#define LOCKSTEP_ALLOCATOR_BASE_LAYOUT_H_

// What is asked of an allocator: so many bytes, aligned so. A Layout that
// exists is valid, so no allocator has to check one.
//   Units      bytes.
//   Requires   align a power of two; size, rounded up to align, at most
//              PTRDIFF_MAX. Zero bytes are legal.
//   Errors     Make: kInvalidParam when it is not so.
//   After      core::alloc::Layout of Rust.

#include <bit>
#include <cstddef>
#include <cstdint>

#include "allocator/base/error.h"

namespace lockstep {

class Layout {
 public:
  static constexpr Result<Layout> Make(std::size_t size_bytes,
                                       std::size_t align_bytes);
  template <class T>
  static constexpr Layout Of();

  constexpr std::size_t size_bytes() const { return size_bytes_; }
  constexpr std::size_t align_bytes() const { return align_bytes_; }

 private:
  constexpr Layout(std::size_t size_bytes, std::size_t align_bytes)
      : size_bytes_(size_bytes), align_bytes_(align_bytes) {}

  std::size_t size_bytes_;
  std::size_t align_bytes_;
};

constexpr Result<Layout> Layout::Make(std::size_t size_bytes,
                                      std::size_t align_bytes) {
  constexpr std::size_t kLimit = PTRDIFF_MAX;
  // One less than a power of two is never above the limit.
  if (!std::has_single_bit(align_bytes) ||
      size_bytes > kLimit - (align_bytes - 1)) {
    return std::unexpected(AllocError::kInvalidParam);
  }
  return Layout(size_bytes, align_bytes);
}

template <class T>
constexpr Layout Layout::Of() {
  return Layout(sizeof(T), alignof(T));
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_LAYOUT_H_
