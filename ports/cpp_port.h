#ifndef LOCKSTEP_PORTS_CPP_PORT_H_
#define LOCKSTEP_PORTS_CPP_PORT_H_

// The door's functions for an allocator written to this library's conventions:
// Init, Allocate, Deallocate, TotalBytes, UsedBytes, AvailableBytes (or, where
// several threads call it, ReadStatistics), Audit, and AddRegion or AddMemory.

#include <cstddef>
#include <new>

#include "allocator/base/address.h"
#include "allocator/base/error.h"
#include "allocator/base/layout.h"
#include "allocator/base/platform.h"
#include "allocator/bytes/reallocate.h"
#include "allocator/bytes/region_table.h"
#include "lockstep/port.h"

namespace lockstep::suite {

constexpr lockstep_status StatusOf(AllocError error) {
  switch (error) {
    case AllocError::kInvalidParam:
      return LOCKSTEP_INVALID_PARAM;
    case AllocError::kMemoryOverlap:
      return LOCKSTEP_MEMORY_OVERLAP;
    case AllocError::kNoMemory:
      return LOCKSTEP_NO_MEMORY;
    case AllocError::kNotAllocated:
      return LOCKSTEP_NOT_ALLOCATED;
  }
  return LOCKSTEP_INVALID_PARAM;
}

// What all of them refuse.
inline constexpr lockstep_capabilities kDetectsMisuse =
    LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN |
    LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE |
    LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_OVERLAP |
    LOCKSTEP_DETECTS_BAD_REGION | LOCKSTEP_DETECTS_SECOND_INIT;

// The same table, for who lies about layouts, or is to be found by other verbs.
constexpr lockstep_port WithoutOtherSizes(lockstep_port port) {
  port.reallocate = nullptr;
  port.resize = nullptr;
  port.capabilities &=
      ~(LOCKSTEP_REALLOCATES_ALIGN | LOCKSTEP_REALLOCATES_TO_ZERO |
        LOCKSTEP_RESIZE_SHRINKS);
  return port;
}

template <class Allocator>
class CppPort {
 public:
  // All but name, summary, placement and what is particular to the allocator.
  static constexpr lockstep_port Table(const char* name, const char* summary) {
    lockstep_port port{};
    port.version = LOCKSTEP_PORT_VERSION;
    port.name = name;
    port.summary = summary;
    port.placement = name;
    port.capabilities =
        kDetectsMisuse | LOCKSTEP_FITS_AGAIN | LOCKSTEP_SNAPSHOTS;
    port.state_bytes = sizeof(State);
    port.state_align = alignof(State);
    port.unit_bytes = sizeof(void*);
    port.create = Create;
    port.destroy = Destroy;
    port.init = Init;
    port.add = Add;
    port.allocate = Allocate;
    port.deallocate = Deallocate;
    port.statistics = ReadStatistics;
    port.audit = Audit;
    if constexpr (kResizes) {
      port.capabilities |=
          LOCKSTEP_REALLOCATES_ALIGN | LOCKSTEP_REALLOCATES_TO_ZERO;
      port.reallocate = ReallocateBlock;
      port.resize = Resize;
    }
    return port;
  }

 private:
  static constexpr bool kResizes =
      requires(Allocator allocator, void* block, Layout layout) {
        allocator.Resize(block, layout, layout);
      };

  struct State {
    Allocator allocator;
    RegionTable regions;  // To unpoison at the end.
  };

  static Allocator& In(void* state) {
    return static_cast<State*>(state)->allocator;
  }
  static const Allocator& In(const void* state) {
    return static_cast<const State*>(state)->allocator;
  }

  static lockstep_status Answer(const Result<void>& result) {
    return result ? LOCKSTEP_OK : StatusOf(result.error());
  }

  static lockstep_status Create(void* state) {
    ::new (state) State();
    return LOCKSTEP_OK;
  }

  static void Destroy(void* state) {
    auto* const ended = static_cast<State*>(state);
    for (const Span region : ended->regions.regions()) {
      Unpoison(PointerTo(region.start), region.bytes());
    }
    ended->~State();
  }

  static lockstep_status Remember(void* state, void* start, std::size_t bytes,
                                  const Result<void>& result) {
    if (result) {
      const Address low = AddressOf(start);
      (void)static_cast<State*>(state)->regions.Add(
          {AlignUp(low, sizeof(void*)), AlignDown(low + bytes, sizeof(void*))});
    }
    return Answer(result);
  }

  static lockstep_status Init(void* state, void* start, std::size_t bytes) {
    return Remember(state, start, bytes, In(state).Init(start, bytes));
  }

  static lockstep_status Add(void* state, void* start, std::size_t bytes) {
    Allocator& allocator = In(state);
    if constexpr (requires { allocator.AddMemory(start, bytes); }) {
      return Remember(state, start, bytes, allocator.AddMemory(start, bytes));
    } else {
      return Remember(state, start, bytes, allocator.AddRegion(start, bytes));
    }
  }

  static lockstep_status Allocate(void* state, std::size_t bytes,
                                  std::size_t align, void** block) {
    const auto layout = Layout::Make(bytes, align);
    if (!layout) return StatusOf(layout.error());
    const auto result = In(state).Allocate(*layout);
    if (!result) return StatusOf(result.error());
    *block = *result;
    return LOCKSTEP_OK;
  }

  static lockstep_status Deallocate(void* state, void* block, std::size_t bytes,
                                    std::size_t align) {
    const auto layout = Layout::Make(bytes, align);
    if (!layout) return StatusOf(layout.error());
    return Answer(In(state).Deallocate(block, *layout));
  }

  static lockstep_status ReallocateBlock(void* state, void* block,
                                         std::size_t bytes, std::size_t align,
                                         std::size_t new_bytes,
                                         std::size_t new_align, void** out) {
    const auto layout = Layout::Make(bytes, align);
    const auto new_layout = Layout::Make(new_bytes, new_align);
    if (!layout || !new_layout) return LOCKSTEP_INVALID_PARAM;
    const auto result =
        lockstep::Reallocate(In(state), block, *layout, *new_layout);
    if (!result) return StatusOf(result.error());
    *out = *result;
    return LOCKSTEP_OK;
  }

  static lockstep_status Resize(void* state, void* block, std::size_t bytes,
                                std::size_t align, std::size_t new_bytes) {
    const auto layout = Layout::Make(bytes, align);
    const auto new_layout = Layout::Make(new_bytes, align);
    if (!layout || !new_layout) return LOCKSTEP_INVALID_PARAM;
    return Answer(In(state).Resize(block, *layout, *new_layout));
  }

  static void ReadStatistics(const void* state, lockstep_statistics* out) {
    const Allocator& allocator = In(state);
    if constexpr (requires { allocator.ReadStatistics(); }) {
      const auto now = allocator.ReadStatistics();
      *out = {now.total_bytes, now.used_bytes, now.available_bytes, 0};
    } else {
      *out = {allocator.TotalBytes(), allocator.UsedBytes(),
              allocator.AvailableBytes(), 0};
    }
    if constexpr (requires { allocator.RequestedBytes(); }) {
      out->requested = allocator.RequestedBytes();
    }
  }

  static const char* Audit(const void* state) { return In(state).Audit(); }
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_CPP_PORT_H_
