// SlabCache's quick start: link-time hooks, a cache, an object in a box. What
// the crate attachable-slab-allocator starts with, in C++.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "allocator/base/lock.h"
#include "allocator/objects/slab_cache.h"
#include "allocator/objects/slab_provider.h"

namespace {

// Where slabs come from: a page allocator, in a kernel.
void* AllocateSlab(std::size_t bytes, std::size_t align_bytes) {
  return std::aligned_alloc(align_bytes, bytes);
}

bool FreeSlab(void* slab, std::size_t /*bytes*/, std::size_t /*align_bytes*/) {
  std::free(slab);
  return true;
}

struct Task {
  std::uint32_t id;
  std::uint32_t priority;
};

}  // namespace

// Once in a program; without it, a program that uses the hooks does not link.
LOCKSTEP_DEFINE_ALLOCATION_HOOKS(AllocateSlab, FreeSlab);

int main() {
  using TaskCache = lockstep::SlabCache<Task, lockstep::SpinLock, 4096>;

  auto cache = TaskCache::Create();
  if (!cache) return EXIT_FAILURE;

  auto task = cache->Allocate(Task{.id = 1, .priority = 10});
  if (!task) return EXIT_FAILURE;
  TaskCache::Box box = *std::move(task);
  box->priority += 5;
  std::printf("task %u of priority %u\n", box->id, box->priority);

  // The box outlives its cache, and frees its object when it dies; with the
  // last object the last slab goes back.
  if (!cache->Detach()) return EXIT_FAILURE;
  return box->priority == 15 ? EXIT_SUCCESS : EXIT_FAILURE;
}
