#include <cstddef>

#include "allocator/bytes/block_map.h"
#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "lockstep/port.h"
#include "ports/cpp_port.h"
#include "ports/own_map.h"
#include "ports/registered_port.h"

namespace lockstep::suite {
namespace {

// With few, a small arena has many blocks of the largest order.
constexpr unsigned kOrders = 32;
constexpr unsigned kFewOrders = 6;

constexpr std::size_t LargestBlockBytes(unsigned orders) {
  return std::size_t{1} << (orders - 1);
}

constexpr lockstep_capabilities kBuddyPromises =
    LOCKSTEP_COALESCES | LOCKSTEP_RESTORES | LOCKSTEP_RESIZE_SHRINKS;

template <unsigned kCount, class Allocator = BuddyAllocator<kCount>>
constexpr lockstep_port BuddyPort(const char* name, const char* summary) {
  auto port = CppPort<Allocator>::Table(name, summary);
  port.capabilities |= kBuddyPromises | LOCKSTEP_COUNTS_REQUESTED;
  port.largest_span_bytes = LargestBlockBytes(kCount);
  return port;
}

// The map lies outside the state. A word of 4 bytes has no room for the links of
// a list that goes both ways: there, the unit is larger than the original's.
template <unsigned kCount>
constexpr lockstep_port MappedBuddyPort(const char* name, const char* placement,
                                        const char* summary) {
  using Map = BlockMap<8, UnitEntry>;
  using Mapped = WithOwnMap<BuddyAllocator<kCount, Map>>;
  auto port = BuddyPort<kCount, Mapped>(name, summary);
  port.placement = Map::kUnitBytes == sizeof(void*) ? placement : nullptr;
  port.unit_bytes = Map::kUnitBytes;
  port.capabilities |=
      LOCKSTEP_DETECTS_FREE_AGAIN | LOCKSTEP_DETECTS_OTHER_LAYOUT;
  port.capabilities &= ~LOCKSTEP_SNAPSHOTS;
  return port;
}

constexpr lockstep_port BuddyBytePort() {
  auto port = CppPort<BuddyByteAllocator>::Table(
      "buddy_byte", "the byte-allocator facade over the buddy");
  port.capabilities |= kBuddyPromises | LOCKSTEP_DETECTS_USE_BEFORE_INIT;
  port.largest_span_bytes = LargestBlockBytes(kOrders);
  return port;
}

constexpr lockstep_port kBuddyPort = BuddyPort<kOrders>(
    "buddy", "binary buddy of 32 orders, intrusive free lists");
constexpr lockstep_port kBuddy6Port = BuddyPort<kFewOrders>(
    "buddy_6", "the same of 6 orders: blocks to 32 bytes");
constexpr lockstep_port kMappedBuddyPort = MappedBuddyPort<kOrders>(
    "buddy_mapped", "buddy", "the buddy with a map: sees misuse at any time");
constexpr lockstep_port kMappedBuddy6Port = MappedBuddyPort<kFewOrders>(
    "buddy_6_mapped", "buddy_6", "the same of 6 orders");
constexpr lockstep_port kBuddyBytePort = BuddyBytePort();

const RegisteredPort kBuddy(kBuddyPort);
const RegisteredPort kBuddy6(kBuddy6Port);
const RegisteredPort kBuddyByte(kBuddyBytePort);
const RegisteredPort kMappedBuddy(kMappedBuddyPort);
const RegisteredPort kMappedBuddy6(kMappedBuddy6Port);

}  // namespace
}  // namespace lockstep::suite
