#ifndef LOCKSTEP_ALLOCATOR_STD_MEMORY_RESOURCE_H_
#define LOCKSTEP_ALLOCATOR_STD_MEMORY_RESOURCE_H_

// A std::pmr::memory_resource over any ByteAllocator, so that the containers of
// the standard library run on it. Hosted.
//   Requires   an allocator that outlives the resource and every container.
//   Errors     allocate: std::bad_alloc when the allocator refuses; zero bytes
//              are a request like any other. deallocate cannot return an error
//              and must not throw, so there a client's mistake ends the program
//              (see assert.h).
//   Complexity as the allocator's.

#include <cstddef>
#include <memory_resource>
#include <new>

#include "allocator/base/assert.h"
#include "allocator/base/layout.h"
#include "allocator/bytes/byte_allocator.h"

namespace lockstep {

template <ByteAllocator Allocator>
class MemoryResource final : public std::pmr::memory_resource {
 public:
  explicit MemoryResource(Allocator& allocator) : allocator_(&allocator) {}

 private:
  void* do_allocate(std::size_t bytes, std::size_t align_bytes) override {
    const auto layout = Layout::Make(bytes, align_bytes);
    if (!layout) throw std::bad_alloc();
    const auto block = allocator_->Allocate(*layout);
    if (!block) throw std::bad_alloc();
    return *block;
  }

  void do_deallocate(void* block, std::size_t bytes,
                     std::size_t align_bytes) override {
    const auto layout = Layout::Make(bytes, align_bytes);
    Assert(layout.has_value(),
           "a block that is freed has a layout that can exist");
    const auto freed = allocator_->Deallocate(block, *layout);
    Assert(freed.has_value(), "a block that is freed was allocated here");
  }

  bool do_is_equal(
      const std::pmr::memory_resource& other) const noexcept override {
    const auto* same = dynamic_cast<const MemoryResource*>(&other);
    return same != nullptr && same->allocator_ == allocator_;
  }

  Allocator* allocator_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_STD_MEMORY_RESOURCE_H_
