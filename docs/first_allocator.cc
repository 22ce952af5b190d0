#include <cstddef>
#include <cstdio>

#include "allocator/bytes/heap.h"

using lockstep::MappedHeap;

alignas(4096) static std::byte memory[64 * 1024];
alignas(std::max_align_t) static std::byte
    map[MappedHeap::MapBytesFor(sizeof memory)];

int main() {
  MappedHeap heap;
  if (!heap.Init(memory, sizeof memory, map, sizeof map)) return 1;
  constexpr auto kLayout = lockstep::Layout::Of<double[10]>();
  const auto block = heap.Allocate(kLayout);  // A std::expected<void*, ...>.
  if (!block) return 1;
  std::printf("80 bytes at %p; %zu are available\n", *block,
              heap.AvailableBytes());
  if (!heap.Deallocate(*block, kLayout)) return 1;
  // The map refuses a second free, and other misuse, at any time.
  return heap.Deallocate(*block, kLayout) ? 1 : 0;
}
