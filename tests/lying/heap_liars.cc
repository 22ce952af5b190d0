// Our heap, behind doors that spoil it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "allocator/bytes/heap.h"
#include "lockstep/port.h"
#include "models/system/rules.h"
#include "ports/cpp_port.h"
#include "tests/lying/liar.h"

namespace lockstep::suite {
namespace {

constexpr lockstep_port HonestHeap() {
  // A lie about a layout would be passed on to what changes sizes.
  auto port = WithoutOtherSizes(
      CppPort<Heap>::Table("honest_heap", "for tests of the checker"));
  port.placement = nullptr;
  port.capabilities |= LOCKSTEP_DETECTS_USE_BEFORE_INIT;
  port.region_align_bytes = Heap::kPageBytes;
  port.init_granule_bytes = Heap::kMinRegionBytes;
  return port;
}
constexpr lockstep_port kHonestHeap = HonestHeap();

// What slab_allocator 0.3.1 does: every small size comes from a slab.
lockstep_status AlignsToAPageAtMost(void* state, std::size_t bytes,
                                    std::size_t align, void** block) {
  const bool is_small = bytes <= Heap::kLargestSlabBytes;
  return kHonestHeap.allocate(
      state, bytes, is_small ? std::min(align, Heap::kPageBytes) : align,
      block);
}

void CountsAByteTooMany(const void* state, lockstep_statistics* out) {
  kHonestHeap.statistics(state, out);
  if (out->total != 0) ++out->available;
}

// Unless that is where the arena may begin.
lockstep_status WritesBeforeItsRegion(void* state, void* start,
                                      std::size_t bytes) {
  constexpr std::uintptr_t kSmallestArena = 128 * 1024;
  const lockstep_status status = kHonestHeap.init(state, start, bytes);
  if (status == LOCKSTEP_OK &&
      reinterpret_cast<std::uintptr_t>(start) % kSmallestArena != 0) {
    unsigned char* const before = static_cast<unsigned char*>(start) - 1;
    *before = static_cast<unsigned char>(~*before);
  }
  return status;
}

template <class Function>
Liar SpoiltHeap(const char* name, const Rule& rule, std::size_t most_ops,
                Function lockstep_port::* door, Function spoilt) {
  lockstep_port port = kHonestHeap;
  port.name = name;
  port.*door = spoilt;
  return {port, kHonestHeap, rule.name, most_ops};
}

}  // namespace

std::vector<Liar> HeapLiars() {
  return {
      SpoiltHeap("lying_aligns_to_a_page_at_most", kAlignedRule, 3,
                 &lockstep_port::allocate, &AlignsToAPageAtMost),
      SpoiltHeap("lying_writes_before_its_region", kOutsideRule, 1,
                 &lockstep_port::init, &WritesBeforeItsRegion),
      SpoiltHeap("lying_counts_a_byte_too_many", kConservedRule, 1,
                 &lockstep_port::statistics, &CountsAByteTooMany),
  };
}

}  // namespace lockstep::suite
