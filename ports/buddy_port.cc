#include <cstddef>

#include "allocator/buddy_allocator.h"
#include "allocator/byte_allocator.h"
#include "models/port.h"
#include "ports/cpp_port.h"
#include "ports/registry.h"

namespace lockstep {
namespace {

constexpr std::size_t kLargestBlockBytes = std::size_t{1} << 31;
constexpr lockstep_capabilities kBuddyPromises =
    LOCKSTEP_COALESCES | LOCKSTEP_RESTORES;

constexpr lockstep_port BuddyPort() {
  auto port = CppPort<BuddyAllocator<>>::Table(
      "buddy", "binary buddy of 32 orders, intrusive free lists");
  port.capabilities |= kBuddyPromises | LOCKSTEP_COUNTS_REQUESTED;
  port.largest_span_bytes = kLargestBlockBytes;
  return port;
}

constexpr lockstep_port BuddyBytePort() {
  auto port = CppPort<BuddyByteAllocator>::Table(
      "buddy_byte", "the byte-allocator facade over the buddy");
  port.capabilities |= kBuddyPromises | LOCKSTEP_DETECTS_USE_BEFORE_INIT;
  port.largest_span_bytes = kLargestBlockBytes;
  return port;
}

constexpr lockstep_port kBuddyPort = BuddyPort();
constexpr lockstep_port kBuddyBytePort = BuddyBytePort();

const RegisteredPort kBuddy(kBuddyPort);
const RegisteredPort kBuddyByte(kBuddyBytePort);

}  // namespace
}  // namespace lockstep
