#include <cstddef>

#include "allocator/bytes/buddy_allocator.h"
#include "allocator/bytes/byte_allocator.h"
#include "lockstep/port.h"
#include "ports/cpp_port.h"
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

template <unsigned kCount>
constexpr lockstep_port BuddyPort(const char* name, const char* summary) {
  auto port = CppPort<BuddyAllocator<kCount>>::Table(name, summary);
  port.capabilities |= kBuddyPromises | LOCKSTEP_COUNTS_REQUESTED;
  port.largest_span_bytes = LargestBlockBytes(kCount);
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
constexpr lockstep_port kBuddyBytePort = BuddyBytePort();

const RegisteredPort kBuddy(kBuddyPort);
const RegisteredPort kBuddy6(kBuddy6Port);
const RegisteredPort kBuddyByte(kBuddyBytePort);

}  // namespace
}  // namespace lockstep::suite
