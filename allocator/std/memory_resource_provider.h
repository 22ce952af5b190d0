#ifndef LOCKSTEP_ALLOCATOR_STD_MEMORY_RESOURCE_PROVIDER_H_
#define LOCKSTEP_ALLOCATOR_STD_MEMORY_RESOURCE_PROVIDER_H_

// Slabs from a std::pmr::memory_resource, which must outlive them. Hosted.
//   Requires   a resource that threads may share, if the cache is shared.
//   Errors     what the resource throws is a refusal. It cannot fail to take
//              memory back.

#include <memory_resource>

#include "allocator/base/layout.h"
#include "allocator/objects/slab_provider.h"

namespace lockstep {

class MemoryResourceProvider {
 public:
  explicit MemoryResourceProvider(std::pmr::memory_resource& resource)
      : resource_(&resource) {}

  void* Allocate(Layout layout) const {
    try {
      return resource_->allocate(layout.size_bytes(), layout.align_bytes());
    } catch (...) {
      return nullptr;
    }
  }
  bool Free(void* slab, Layout layout) const {
    resource_->deallocate(slab, layout.size_bytes(), layout.align_bytes());
    return true;
  }

  friend bool operator==(MemoryResourceProvider,
                         MemoryResourceProvider) = default;

 private:
  std::pmr::memory_resource* resource_;
};

static_assert(SlabProvider<MemoryResourceProvider>);

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_STD_MEMORY_RESOURCE_PROVIDER_H_
