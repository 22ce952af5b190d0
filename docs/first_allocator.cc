#include <cstddef>
#include <cstdio>

#include "allocator/bytes/heap.h"

alignas(4096) static std::byte memory[64 * 1024];

int main() {
  lockstep::Heap heap;
  if (!heap.Init(memory, sizeof memory)) return 1;
  constexpr auto kLayout = lockstep::Layout::Of<double[10]>();
  const auto block = heap.Allocate(kLayout);  // A std::expected<void*, ...>.
  if (!block) return 1;
  std::printf("80 bytes at %p; %zu are available\n", *block,
              heap.AvailableBytes());
  return heap.Deallocate(*block, kLayout) ? 0 : 1;
}
