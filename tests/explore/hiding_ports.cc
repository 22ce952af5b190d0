#include "tests/explore/hiding_ports.h"

#include <atomic>
#include <cstddef>
#include <expected>

#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/bytes/buddy_allocator.h"
#include "ports/cpp_port.h"

namespace lockstep::suite {
namespace {

class HidingBuddy : public BuddyAllocator<> {
 public:
  HidingBuddy() { allocations = 0; }
  Result<void*> Allocate(Layout layout) {
    if (++allocations > 100) return std::unexpected(AllocError::kNoMemory);
    return BuddyAllocator<>::Allocate(layout);
  }

 private:
  static inline std::atomic<int> allocations = 0;
};

class TiringBuddy : public BuddyAllocator<> {
 public:
  Result<void*> Allocate(Layout layout) {
    if (allocations_ == 9) return std::unexpected(AllocError::kNoMemory);
    const auto block = BuddyAllocator<>::Allocate(layout);
    if (block) ++allocations_;
    return block;
  }

 private:
  int allocations_ = 0;
};

class ScribblingBuddy : public BuddyAllocator<> {
 public:
  Result<void> Init(void* start, std::size_t region_bytes) {
    before_ = static_cast<std::byte*>(start) - 1;
    return BuddyAllocator<>::Init(start, region_bytes);
  }
  Result<void*> Allocate(Layout layout) {
    const auto block = BuddyAllocator<>::Allocate(layout);
    if (!block && before_ != nullptr) *before_ = std::byte{1};
    return block;
  }

 private:
  std::byte* before_ = nullptr;
};

class HangingBuddy : public BuddyAllocator<> {
 public:
  Result<void*> Allocate(Layout layout) {
    auto block = BuddyAllocator<>::Allocate(layout);
    const volatile bool is_served = block.has_value() || TotalBytes() == 0;
    while (!is_served) {
    }
    return block;
  }
};

lockstep_port WithPromises(lockstep_port port) {
  port.placement = nullptr;
  port.capabilities |= LOCKSTEP_COALESCES;
  return port;
}

}  // namespace

lockstep_port HidingPort() {
  return WithPromises(CppPort<HidingBuddy>::Table("hiding", "for tests"));
}

lockstep_port TiringPort() {
  return WithPromises(CppPort<TiringBuddy>::Table("tiring", "for tests"));
}

lockstep_port HangingPort() {
  return WithPromises(CppPort<HangingBuddy>::Table("hanging", "for tests"));
}

lockstep_port ScribblingPort() {
  return WithPromises(CppPort<ScribblingBuddy>::Table("scribbling", "tests"));
}

}  // namespace lockstep::suite
