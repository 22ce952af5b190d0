#ifndef LOCKSTEP_TESTS_ALLOCATOR_ARENA_H_
#define LOCKSTEP_TESTS_ALLOCATOR_ARENA_H_

// Zeroed memory to lend to an allocator under test, between pages that fault
// when they are touched.
//   Requires   align_bytes a power of two.

#include <sys/mman.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

#include "allocator/base/address.h"
#include "allocator/base/platform.h"

namespace lockstep {

class Arena {
 public:
  static constexpr std::size_t kPageBytes = 4096;

  // `bytes` is rounded up to whole pages.
  explicit Arena(std::size_t bytes, std::size_t align_bytes = 64 * 1024);
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  std::size_t bytes() const { return bytes_; }
  Address start() const { return start_; }
  Address end() const { return start_ + bytes_; }
  void* at(std::size_t offset) const { return PointerTo(start_ + offset); }
  bool Contains(const void* address) const {
    return start() <= AddressOf(address) && AddressOf(address) < end();
  }

 private:
  std::size_t bytes_;
  std::size_t mapped_bytes_;
  void* mapped_;
  Address start_;
};

inline Arena::Arena(std::size_t bytes, std::size_t align_bytes)
    : bytes_(AlignUp(bytes, kPageBytes)),
      mapped_bytes_(bytes_ + align_bytes + 2 * kPageBytes),
      mapped_(mmap(nullptr, mapped_bytes_, PROT_NONE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)),
      start_(AlignUp(AddressOf(mapped_) + kPageBytes,
                     std::max(align_bytes, kPageBytes))) {
  if (mapped_ == MAP_FAILED) std::abort();
  if (mprotect(at(0), bytes_, PROT_READ | PROT_WRITE) != 0) std::abort();
}

// Allocators leave their memory poisoned; the next mapping must not inherit it.
inline Arena::~Arena() {
  Unpoison(at(0), bytes_);
  munmap(mapped_, mapped_bytes_);
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_ALLOCATOR_ARENA_H_
