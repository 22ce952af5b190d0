#ifndef LOCKSTEP_PORTS_THIRD_PARTY_PMR_UPSTREAM_H_
#define LOCKSTEP_PORTS_THIRD_PARTY_PMR_UPSTREAM_H_

// Where the pools of the standard library get their memory from: the harness's
// provider. Several threads may call it.
//
// In g++ 12 and 14 a block is aligned only as the size of its pool is: 257 bytes at a
// multiple of 128 come from a pool of 320. And a pool crashes when there is memory
// for blocks, but then none for its books of them. Who wants neither asks for whole
// multiples of an alignment that books do not have (WholeAligns, kBlockAlign), and
// gets the books from the standard library.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>

#include "lockstep/port.h"

namespace lockstep::suite {

// More than a book's.
inline constexpr std::size_t kBlockAlign = 16;

// As there cannot be so many, what it is if that is too large does not matter.
inline std::size_t WholeAligns(std::size_t bytes, std::size_t align) {
  const std::size_t whole = (bytes + align - 1) & ~(align - 1);
  return whole < bytes ? bytes : whole;
}

class PmrUpstream final : public std::pmr::memory_resource {
 public:
  PmrUpstream(const lockstep_provider& provider, bool has_books_elsewhere)
      : provider_(&provider), has_books_elsewhere_(has_books_elsewhere) {}

  // Whether the provider has not taken memory back from this thread, since it was
  // told to forget that.
  static bool HasKept() { return has_kept_; }
  static void ForgetKept() { has_kept_ = false; }

 private:
  bool IsElsewhere(std::size_t align) const {
    return has_books_elsewhere_ && align < kBlockAlign;
  }
  void* do_allocate(std::size_t bytes, std::size_t align) override {
    if (IsElsewhere(align)) return Books().allocate(bytes, align);
    void* const memory =
        provider_->take(provider_->context, OrOne(bytes), align);
    if (memory == nullptr) throw std::bad_alloc();
    if (reinterpret_cast<std::uintptr_t>(memory) % align != 0) {
      do_deallocate(memory, bytes, align);
      throw std::bad_alloc();
    }
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes,
                     std::size_t align) override {
    if (IsElsewhere(align)) return Books().deallocate(memory, bytes, align);
    has_kept_ |= provider_->give_back(provider_->context, memory, OrOne(bytes),
                                      align) == 0;
  }
  bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  // A memory_resource is asked for no bytes, too; the provider is not.
  static std::size_t OrOne(std::size_t bytes) { return bytes == 0 ? 1 : bytes; }

  static memory_resource& Books() { return *std::pmr::new_delete_resource(); }

  static inline constinit thread_local bool has_kept_ = false;

  const lockstep_provider* provider_;
  bool has_books_elsewhere_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_THIRD_PARTY_PMR_UPSTREAM_H_
