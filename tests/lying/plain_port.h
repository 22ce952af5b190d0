#ifndef LOCKSTEP_TESTS_LYING_PLAIN_PORT_H_
#define LOCKSTEP_TESTS_LYING_PLAIN_PORT_H_

// The door's functions for PlainBuddy and what is derived from it.

#include <cstddef>
#include <cstdint>
#include <new>

#include "lockstep/port.h"
#include "tests/lying/plain_buddy.h"

namespace lockstep::suite {

inline constexpr lockstep_capabilities kDetectsWithoutBooks =
    LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN |
    LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE |
    LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_OVERLAP |
    LOCKSTEP_DETECTS_BAD_REGION | LOCKSTEP_DETECTS_SECOND_INIT;

// What is promised, without functions.
constexpr lockstep_port PlainTable(const char* placement,
                                   lockstep_capabilities capabilities) {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.placement = placement;
  port.capabilities = capabilities;
  port.unit_bytes = sizeof(void*);
  port.largest_span_bytes = std::size_t{1} << 31;
  return port;
}

template <class Allocator>
class PlainPort {
 public:
  static lockstep_port Behind(const lockstep_port& promises, const char* name) {
    lockstep_port port = promises;
    port.name = name;
    port.summary = "for tests of the checker";
    port.state_bytes = sizeof(Allocator);
    port.state_align = alignof(Allocator);
    port.create = Create;
    port.destroy = Destroy;
    port.init = Init;
    port.add = Add;
    port.allocate = Allocate;
    port.deallocate = Deallocate;
    port.usable = Usable;
    port.statistics = ReadStatistics;
    port.audit = Audit;
    return port;
  }

 private:
  // By way of the base class, where all is public.
  static PlainBuddy& In(void* state) { return *static_cast<Allocator*>(state); }
  static const PlainBuddy& In(const void* state) {
    return *static_cast<const Allocator*>(state);
  }
  static PlainBuddy::Address AddressOf(const void* pointer) {
    return reinterpret_cast<std::uintptr_t>(pointer);
  }

  static lockstep_status Create(void* state) {
    ::new (state) Allocator();
    return LOCKSTEP_OK;
  }
  static void Destroy(void* state) { In(state).~PlainBuddy(); }
  static lockstep_status Init(void* state, void* start, std::size_t bytes) {
    return In(state).Init(AddressOf(start), bytes);
  }
  static lockstep_status Add(void* state, void* start, std::size_t bytes) {
    return In(state).Add(AddressOf(start), bytes);
  }
  static lockstep_status Allocate(void* state, std::size_t bytes,
                                  std::size_t align, void** block) {
    PlainBuddy::Address address = 0;
    const lockstep_status status = In(state).Allocate(bytes, align, address);
    if (status == LOCKSTEP_OK) {
      *block = reinterpret_cast<void*>(static_cast<std::uintptr_t>(address));
    }
    return status;
  }
  static lockstep_status Deallocate(void* state, void* block, std::size_t bytes,
                                    std::size_t align) {
    return In(state).Free(AddressOf(block), bytes, align);
  }
  static lockstep_status Usable(const void* state, std::size_t bytes,
                                std::size_t align, std::size_t* min,
                                std::size_t* max) {
    return In(state).Usable(bytes, align, *min, *max);
  }
  static void ReadStatistics(const void* state, lockstep_statistics* out) {
    *out = In(state).ReadStatistics();
  }
  static const char* Audit(const void* state) { return In(state).Audit(); }
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_LYING_PLAIN_PORT_H_
