// Our heap, behind doors that spoil it.

#include <algorithm>
#include <cstddef>
#include <vector>

#include "allocator/heap.h"
#include "models/port.h"
#include "models/rules.h"
#include "ports/cpp_port.h"
#include "tests/lying/liar.h"

namespace lockstep {
namespace {

constexpr lockstep_port HonestHeap() {
  auto port = CppPort<Heap>::Table("honest_heap", "for tests of the checker");
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
      SpoiltHeap("lying_counts_a_byte_too_many", kConservedRule, 1,
                 &lockstep_port::statistics, &CountsAByteTooMany),
  };
}

}  // namespace lockstep
