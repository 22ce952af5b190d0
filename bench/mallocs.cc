#include <dlfcn.h>
#include <gperftools/tcmalloc.h>
#include <jemalloc/jemalloc.h>
#include <mimalloc.h>

#include <bit>
#include <cstddef>
#include <cstdlib>
#include <string>

#include "bench/contestant.h"
#include "bench/theirs.h"

// Its malloc, under the name that repositories.bzl gives it.
extern "C" void* jemalloc_malloc(std::size_t bytes);

namespace lockstep::suite::bench {
namespace {

// What malloc aligns to in all of them.
constexpr std::size_t kPlainAlign = alignof(std::max_align_t);

void* MimallocSymbol(const char* name) {
  // RTLD_LOCAL: it takes nobody's malloc away.
  static void* const kLibrary =
      dlopen(Mimalloc::LibraryName().c_str(), RTLD_NOW | RTLD_LOCAL);
  return kLibrary == nullptr ? nullptr : dlsym(kLibrary, name);
}

template <class Function>
Function* Mimallocs(const char* name) {
  return reinterpret_cast<Function*>(MimallocSymbol(name));
}

auto* const kMimallocMalloc = Mimallocs<decltype(mi_malloc)>("mi_malloc");
auto* const kMimallocAligned =
    Mimallocs<decltype(mi_malloc_aligned)>("mi_malloc_aligned");
auto* const kMimallocFree = Mimallocs<decltype(mi_free)>("mi_free");

}  // namespace

void* Glibc::Allocate(std::size_t bytes, std::size_t align) {
  if (align <= kPlainAlign) return std::malloc(bytes);
  return std::aligned_alloc(align, bytes);
}

void Glibc::Deallocate(void* block, std::size_t /*bytes*/,
                       std::size_t /*align*/) {
  std::free(block);
}

void* Jemalloc::Allocate(std::size_t bytes, std::size_t align) {
  if (align <= kPlainAlign) return jemalloc_malloc(bytes);
  return mallocx(bytes == 0 ? 1 : bytes,
                 MALLOCX_LG_ALIGN(std::countr_zero(align)));
}

void Jemalloc::Deallocate(void* block, std::size_t bytes, std::size_t align) {
  const int flags =
      align <= kPlainAlign ? 0 : MALLOCX_LG_ALIGN(std::countr_zero(align));
  sdallocx(block, bytes == 0 ? 1 : bytes, flags);
}

void* Mimalloc::Allocate(std::size_t bytes, std::size_t align) {
  if (align <= kPlainAlign) return kMimallocMalloc(bytes);
  return kMimallocAligned(bytes, align);
}

void Mimalloc::Deallocate(void* block, std::size_t /*bytes*/,
                          std::size_t /*align*/) {
  kMimallocFree(block);
}

std::string Mimalloc::LibraryName() {
  return "libmimalloc.so." + std::to_string(MI_MALLOC_VERSION / 100);
}

bool Mimalloc::IsThere() {
  return kMimallocMalloc != nullptr && kMimallocAligned != nullptr &&
         kMimallocFree != nullptr;
}

void* Tcmalloc::Allocate(std::size_t bytes, std::size_t align) {
  if (align <= kPlainAlign) return tc_malloc(bytes);
  return tc_memalign(align, bytes);
}

void Tcmalloc::Deallocate(void* block, std::size_t bytes, std::size_t align) {
  if (align <= kPlainAlign) return tc_free_sized(block, bytes);
  tc_free(block);
}

}  // namespace lockstep::suite::bench
