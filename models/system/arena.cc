#include "models/system/arena.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <new>

#include "models/script/op.h"

// Where AddressSanitizer is linked in.
// NOLINTBEGIN(bugprone-reserved-identifier): the name is its own.
extern "C" {
[[gnu::weak]] void __asan_unpoison_memory_region(const volatile void* start,
                                                 std::size_t bytes);
// And LeakSanitizer: what a state alone points to is not lost.
[[gnu::weak]] void __lsan_register_root_region(const void* start,
                                               std::size_t bytes);
[[gnu::weak]] void __lsan_unregister_root_region(const void* start,
                                                 std::size_t bytes);
}
// NOLINTEND(bugprone-reserved-identifier)

namespace lockstep::suite {
namespace {

std::uintptr_t AlignUp(std::uintptr_t number, std::uintptr_t align) {
  return (number + align - 1) & ~(align - 1);
}

std::uintptr_t Sum(std::initializer_list<std::uint64_t> numbers) {
  std::uint64_t sum = 0;
  for (const std::uint64_t number : numbers) {
    if (number > UINTPTR_MAX / 2 - sum) throw std::bad_alloc();
    sum += number;
  }
  return static_cast<std::uintptr_t>(sum);
}

void* At(std::uintptr_t address) { return reinterpret_cast<void*>(address); }

// Reserves address space that cannot be accessed yet.
std::uintptr_t Reserve(std::uintptr_t bytes) {
  void* const start = mmap(nullptr, bytes, PROT_NONE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  return reinterpret_cast<std::uintptr_t>(start);
}

void Release(std::uintptr_t start, std::uintptr_t end) {
  if (start != end) munmap(At(start), end - start);
}

}  // namespace

// More is reserved than needed, so that something aligned is in it, and what is
// left over on both sides is given back.
GuardedBytes::GuardedBytes(std::uint64_t bytes, std::uint64_t align_bytes) {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uint64_t align = std::max<std::uint64_t>(align_bytes, 1);
  const std::uintptr_t most = Sum({bytes, align, 4 * page});
  const std::uintptr_t whole = AlignUp(most, page);
  const auto wanted_bytes = static_cast<std::uintptr_t>(bytes);
  const auto wanted_align = static_cast<std::uintptr_t>(align);

  const std::uintptr_t reserved = Reserve(whole);
  // Where the page in front ends, and the one behind begins.
  const std::uintptr_t first =
      AlignUp(reserved + page, std::max(wanted_align, page));
  const std::uintptr_t last = AlignUp(
      first + AlignUp(wanted_bytes, std::min(wanted_align, page)), page);
  Release(reserved, first - page);
  Release(last + page, reserved + whole);
  mapped_ = At(first - page);
  mapped_bytes_ = last + page - (first - page);
  if (first != last &&
      mprotect(At(first), last - first, PROT_READ | PROT_WRITE) != 0) {
    munmap(mapped_, mapped_bytes_);
    throw std::bad_alloc();
  }
  data_ =
      static_cast<std::byte*>(At((last - wanted_bytes) & ~(wanted_align - 1)));
  if (IsRoot()) __lsan_register_root_region(At(first), last - first);
}

// Of more it would take too long to look for pointers.
bool GuardedBytes::IsRoot() const {
  constexpr std::size_t kMostBytes = 1 << 20;
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return mapped_bytes_ > 2 * page && mapped_bytes_ <= kMostBytes &&
         __lsan_register_root_region != nullptr;
}

// Whoever gets these addresses next must not find them poisoned.
GuardedBytes::~GuardedBytes() {
  if (mapped_ == nullptr) return;
  if (__asan_unpoison_memory_region != nullptr) {
    __asan_unpoison_memory_region(mapped_, mapped_bytes_);
  }
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  if (IsRoot()) {
    __lsan_unregister_root_region(static_cast<std::byte*>(mapped_) + page,
                                  mapped_bytes_ - 2 * page);
  }
  munmap(mapped_, mapped_bytes_);
}

Arena::Arena(ArenaSpec spec) : spec_(spec), bytes_(spec.bytes, align_bytes()) {}

std::uint64_t Arena::align_bytes() const {
  return std::max<std::uint64_t>({spec_.align_bytes, std::bit_ceil(spec_.bytes),
                                  alignof(std::max_align_t)});
}

void Arena::Forget() const {
  if (!IsSparse()) return;
  (void)madvise(base(), static_cast<std::size_t>(spec_.bytes), MADV_DONTNEED);
}

// A loop that is not volatile would become a memset, which AddressSanitizer
// watches.
[[gnu::no_sanitize_address]] void Arena::Fill(Region span,
                                              std::byte with) const {
  using Wide [[gnu::vector_size(32), gnu::aligned(1), gnu::may_alias]] =
      unsigned char;
  const Wide wide = Wide{} + std::to_integer<unsigned char>(with);
  volatile std::byte* at = At(span.start);
  std::uint64_t left = span.bytes();
  for (; left >= sizeof(Wide); left -= sizeof(Wide), at += sizeof(Wide)) {
    *reinterpret_cast<volatile Wide*>(at) = wide;
  }
  for (; left != 0; --left, ++at) *at = with;
}

}  // namespace lockstep::suite
