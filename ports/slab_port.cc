#include <cstddef>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/slab.h"
#include "lockstep/port.h"
#include "ports/cpp_port.h"
#include "ports/registered_port.h"

namespace lockstep::suite {
namespace {

// One slab and the buddy that it takes its memory from. As in the heap, slab
// memory counts twice.
class SlabOverBuddy {
 public:
  Result<void> Init(void* start, std::size_t bytes) {
    return buddy_.Init(start, bytes);
  }
  Result<void> AddRegion(void* start, std::size_t bytes) {
    return buddy_.AddRegion(start, bytes);
  }
  Result<void*> Allocate(Layout layout) {
    return slab_.Allocate(layout, buddy_);
  }
  Result<void> Deallocate(void* block, Layout layout) {
    return slab_.Deallocate(block, layout, buddy_);
  }
  std::size_t TotalBytes() const {
    return buddy_.TotalBytes() + slab_.total_blocks() * kBlockBytes;
  }
  std::size_t UsedBytes() const {
    return buddy_.UsedBytes() + slab_.used_blocks() * kBlockBytes;
  }
  std::size_t AvailableBytes() const { return TotalBytes() - UsedBytes(); }
  const char* Audit() const {
    const char* broken = buddy_.Audit();
    return broken != nullptr ? broken : slab_.Audit(buddy_);
  }

 private:
  static constexpr std::size_t kBlockBytes = 256;

  BuddyAllocator<> buddy_{};
  Slab slab_{kBlockBytes};
};

constexpr lockstep_port kSlabPort = CppPort<SlabOverBuddy>::Table(
    "slab", "one slab of 256-byte blocks over the buddy");

const RegisteredPort kSlab(kSlabPort);

}  // namespace
}  // namespace lockstep::suite
