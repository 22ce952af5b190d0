#ifndef LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_PROVIDER_H_
#define LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_PROVIDER_H_

// Where an object cache gets its slabs from, and gives them back to.
//   Requires   Allocate: memory of that layout, or null. Free: whether it took
//              back what Allocate gave, with the same layout. Neither is called
//              with the cache's lock held, so both may be called by several
//              threads at once, if the cache is used by several.
//   After      the allocation hooks of the crate attachable-slab-allocator.

#include <concepts>
#include <cstddef>
#include <type_traits>

#include "allocator/base/layout.h"

namespace lockstep {

template <class P>
concept SlabProvider =
    std::is_trivially_copyable_v<P> && sizeof(P) <= sizeof(void*) &&
    requires(const P provider, void* slab, Layout layout) {
      { provider.Allocate(layout) } -> std::same_as<void*>;
      { provider.Free(slab, layout) } -> std::same_as<bool>;
    };

}  // namespace lockstep

// The link-time hooks. A program that uses HookProvider without having defined
// them does not link.
extern "C" {
void* lockstep_allocate_slab(std::size_t bytes, std::size_t align_bytes);
bool lockstep_free_slab(void* slab, std::size_t bytes, std::size_t align_bytes);
}

// Defines the hooks by calls of allocate(bytes, align_bytes), which returns a
// pointer, and free(slab, bytes, align_bytes), which returns a bool. Once in a
// program, outside every namespace. The only macro of this library: a name that
// must be defined exactly once cannot be a template.
// NOLINTBEGIN(bugprone-macro-parentheses)
#define LOCKSTEP_DEFINE_ALLOCATION_HOOKS(allocate, free)             \
  extern "C" void* lockstep_allocate_slab(std::size_t bytes,         \
                                          std::size_t align_bytes) { \
    return (allocate)(bytes, align_bytes);                           \
  }                                                                  \
  extern "C" bool lockstep_free_slab(void* slab, std::size_t bytes,  \
                                     std::size_t align_bytes) {      \
    return (free)(slab, bytes, align_bytes);                         \
  }                                                                  \
  static_assert(true, "wants a semicolon")
// NOLINTEND(bugprone-macro-parentheses)

namespace lockstep {

struct HookProvider {
  void* Allocate(Layout layout) const {
    return lockstep_allocate_slab(layout.size_bytes(), layout.align_bytes());
  }
  bool Free(void* slab, Layout layout) const {
    return lockstep_free_slab(slab, layout.size_bytes(), layout.align_bytes());
  }
};

// Slabs from an allocator of this library, which must outlive them:
// BuddyAllocator, Heap, a byte allocator, or one of those in Locked.
template <class Allocator>
class AllocatorProvider {
 public:
  explicit AllocatorProvider(Allocator& allocator) : allocator_(&allocator) {}

  void* Allocate(Layout layout) const {
    const auto slab = allocator_->Allocate(layout);
    return slab ? *slab : nullptr;
  }
  bool Free(void* slab, Layout layout) const {
    return allocator_->Deallocate(slab, layout).has_value();
  }

  friend bool operator==(AllocatorProvider, AllocatorProvider) = default;

 private:
  Allocator* allocator_;
};

static_assert(SlabProvider<HookProvider>);

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_OBJECTS_SLAB_PROVIDER_H_
