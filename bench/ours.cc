#include "bench/ours.h"

#include <cstddef>
#include <cstdlib>
#include <new>

#include "allocator/base/layout.h"
#include "bench/contestant.h"

namespace lockstep::suite::bench {

template <class Allocator>
Region<Allocator>::Region(Memory memory, Memory map) {
  if (!allocator_.Init(memory.data(), memory.size(), map.data(), map.size())) {
    std::abort();
  }
}

template <class Allocator>
void* Region<Allocator>::Allocate(std::size_t bytes, std::size_t align) {
  const auto layout = Layout::Make(bytes, align);
  if (!layout) return nullptr;
  return allocator_.Allocate(*layout).value_or(nullptr);
}

template <class Allocator>
void Region<Allocator>::Deallocate(void* block, std::size_t bytes,
                                   std::size_t align) {
  const auto layout = Layout::Make(bytes, align);
  if (!layout || !allocator_.Deallocate(block, *layout)) std::abort();
}

void Buddy::AddHoles(std::size_t count) {
  for (std::size_t i = 0; i <= count; ++i) {
    std::byte* const hole = rest_.data() + i * kObjectBytes;
    if (!allocator_.AddRegion(hole, kObjectBytes)) std::abort();
  }
}

void* SlabsFromMalloc::Allocate(Layout layout) const {
  return std::aligned_alloc(layout.align_bytes(), layout.size_bytes());
}

bool SlabsFromMalloc::Free(void* slab, Layout /*layout*/) const {
  std::free(slab);
  return true;
}

template <class Lock>
void* Objects<Lock>::Allocate(std::size_t bytes, std::size_t align) {
  if (bytes != sizeof(Object) || align > alignof(Object)) return nullptr;
  auto box = cache_.Allocate();
  return box ? box->release() : nullptr;
}

template <class Lock>
void Objects<Lock>::Deallocate(void* block, std::size_t /*bytes*/,
                               std::size_t /*align*/) {
  auto box = Cache::Box::FromRaw(static_cast<Object*>(block));
  if (!box.Free()) std::abort();
}

template class Region<BuddyAllocator<>>;
template class Region<Heap>;
template class Region<MappedBuddy>;
template class Region<MappedHeap>;
template class Region<Locked<SlabByteAllocator, SpinLock>>;
template class Objects<NoLock>;
template class Objects<SpinLock>;

}  // namespace lockstep::suite::bench
