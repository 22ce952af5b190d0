#ifndef LOCKSTEP_ALLOCATOR_BASE_LAYOUT_H_
#define LOCKSTEP_ALLOCATOR_BASE_LAYOUT_H_

// What a client asks an allocator for: a size and an alignment. Every Layout is
// valid, so no allocator has to check one.
//   Units      bytes.
//   Errors     Make: kInvalidParam unless align is a power of two, and size,
//              rounded up to align, is at most PTRDIFF_MAX. Zero bytes are
//              legal.
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
  constexpr std::size_t align_bytes() const { return align_mask_ + 1; }

  // The order of the smallest block that it fits into, where a block of order o
  // has 1 << o bytes, `smallest_bytes` at least, and is aligned to its size.
  constexpr unsigned BlockOrder(std::size_t smallest_bytes) const;

  // The offset of the last byte that it needs, with all bits set that are below
  // its align: as many bits as it takes to write this are the order.
  constexpr std::size_t LastOffset() const;

 private:
  constexpr Layout(std::size_t size_bytes, std::size_t align_bytes)
      : size_bytes_(size_bytes), align_mask_(align_bytes - 1) {}

  std::size_t size_bytes_;
  std::size_t align_mask_;  // The bits that are 0 in an address.
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

constexpr unsigned Layout::BlockOrder(std::size_t smallest_bytes) const {
  return static_cast<unsigned>(
      std::bit_width(LastOffset() | (smallest_bytes - 1)));
}

constexpr std::size_t Layout::LastOffset() const {
  return (size_bytes_ - (size_bytes_ != 0)) | align_mask_;
}

template <class T>
constexpr Layout Layout::Of() {
  return Layout(sizeof(T), alignof(T));
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_LAYOUT_H_
