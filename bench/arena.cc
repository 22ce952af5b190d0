#include "bench/arena.h"

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "bench/contestant.h"

namespace lockstep::suite::bench {
namespace {

std::byte* Map() {
  constexpr std::size_t kBytes = (kThreads + 2) * kMemoryBytes;
  void* const mapped = mmap(nullptr, kBytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapped == MAP_FAILED) {
    std::fputs("bench: there are no 4 GiB of addresses to be had\n", stderr);
    std::exit(EXIT_FAILURE);
  }
  auto* const first = static_cast<std::byte*>(mapped);
  const auto address = reinterpret_cast<std::uintptr_t>(mapped);
  return first + (-address & (kMemoryBytes - 1));
}

}  // namespace

Memory MemoryOf(int thread) {
  static std::byte* const kFirst = Map();
  return {kFirst + static_cast<std::size_t>(thread) * kMemoryBytes,
          kMemoryBytes};
}

}  // namespace lockstep::suite::bench
