#include <cstddef>

#include "allocator/base/layout.h"
#include "allocator/bytes/byte_allocator.h"
#include "allocator/bytes/heap.h"
#include "lockstep/port.h"
#include "ports/cpp_port.h"
#include "ports/own_map.h"
#include "ports/registered_port.h"

namespace lockstep::suite {
namespace {

lockstep_status Usable(const void* /*state*/, std::size_t bytes,
                       std::size_t align, std::size_t* min, std::size_t* max) {
  const auto layout = Layout::Make(bytes, align);
  if (!layout) return StatusOf(layout.error());
  const Heap::Usable usable = Heap::UsableBytes(*layout);
  *min = usable.min_bytes;
  *max = usable.max_bytes;
  return LOCKSTEP_OK;
}

template <class Allocator>
constexpr lockstep_port HeapPortOf(const char* name, const char* summary) {
  auto port = CppPort<Allocator>::Table(name, summary);
  port.capabilities |= LOCKSTEP_DETECTS_USE_BEFORE_INIT;
  port.region_align_bytes = Heap::kPageBytes;
  port.init_granule_bytes = Heap::kMinRegionBytes;
  return port;
}

constexpr lockstep_port HeapPort() {
  auto port =
      HeapPortOf<Heap>("heap", "seven slabs of 64..4096 over the buddy");
  port.usable = Usable;
  return port;
}

// The map lies outside the state.
constexpr lockstep_port MappedHeapPort() {
  auto port = HeapPortOf<WithOwnMap<MappedHeap>>(
      "heap_mapped", "the heap with a map: sees misuse at any time");
  port.placement = "heap";
  port.usable = Usable;
  port.capabilities |=
      LOCKSTEP_DETECTS_FREE_AGAIN | LOCKSTEP_DETECTS_OTHER_LAYOUT;
  port.capabilities &= ~LOCKSTEP_SNAPSHOTS;
  return port;
}

constexpr lockstep_port kHeapPort = HeapPort();
constexpr lockstep_port kMappedHeapPort = MappedHeapPort();
constexpr lockstep_port kSlabBytePort = HeapPortOf<SlabByteAllocator>(
    "slab_byte", "the byte-allocator facade over the heap");

const RegisteredPort kHeap(kHeapPort);
const RegisteredPort kMappedHeap(kMappedHeapPort);
const RegisteredPort kSlabByte(kSlabBytePort);

}  // namespace
}  // namespace lockstep::suite
