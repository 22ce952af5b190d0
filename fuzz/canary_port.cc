// A buddy with a bug behind two doors, one after the other: it must be found,
// or the machinery is broken. With LOCKSTEP_CANARY_ABORTS in the environment it
// ends the process instead.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

#include "allocator/bytes/buddy_allocator.h"
#include "lockstep/port.h"
#include "ports/cpp_port.h"
#include "ports/registered_port.h"

namespace lockstep::suite {
namespace {

constexpr lockstep_port kHonest = [] {
  auto port = WithoutOtherSizes(
      CppPort<BuddyAllocator<>>::Table("canary", "a planted bug, to be found"));
  port.placement = nullptr;
  return port;
}();

// Behind the honest state.
struct Doors {
  unsigned open = 0;
  void* last = nullptr;
};
static_assert(kHonest.state_bytes % alignof(Doors) == 0);

Doors& DoorsOf(void* state) {
  return *reinterpret_cast<Doors*>(static_cast<std::byte*>(state) +
                                   kHonest.state_bytes);
}

lockstep_status Create(void* state) {
  ::new (&DoorsOf(state)) Doors();
  return kHonest.create(state);
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  Doors& doors = DoorsOf(state);
  if (doors.open == 2 && align == 1 && doors.last != nullptr) {
    if (std::getenv("LOCKSTEP_CANARY_ABORTS") != nullptr) {
      std::fputs("canary.c:7: the canary sings\n", stderr);
      std::abort();
    }
    *block = doors.last;
    return LOCKSTEP_OK;
  }
  if (doors.open == 0 && bytes == 0 && align >= 64) {
    doors.open = 1;
  } else if (doors.open == 1 && bytes == 4097) {
    doors.open = 2;
  }
  const lockstep_status status = kHonest.allocate(state, bytes, align, block);
  if (status == LOCKSTEP_OK) doors.last = *block;
  return status;
}

// What is free is poisoned, and who hands that out ends the process.
lockstep_status Deallocate(void* state, void* block, std::size_t bytes,
                           std::size_t align) {
  Doors& doors = DoorsOf(state);
  if (doors.last == block) doors.last = nullptr;
  return kHonest.deallocate(state, block, bytes, align);
}

constexpr lockstep_port CanaryPort() {
  lockstep_port port = kHonest;
  port.state_bytes += sizeof(Doors);
  port.create = Create;
  port.allocate = Allocate;
  port.deallocate = Deallocate;
  return port;
}

constexpr lockstep_port kCanaryPort = CanaryPort();
const RegisteredPort kRegistered(kCanaryPort);

}  // namespace
}  // namespace lockstep::suite
