// std::pmr::unsynchronized_pool_resource, which pulls its memory from the
// provider.
//
// As it is, it has two faults (pmr_upstream.h). So there are two: pmr_pools_as_is,
// and pmr_pools, which does without them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>
#include <optional>

#include "lockstep/port.h"
#include "ports/third_party/pmr_upstream.h"

namespace lockstep::suite {
namespace {

constexpr std::uint32_t kHandles = 2;

struct Family {
  Family(const lockstep_provider& provider, bool has_books_elsewhere)
      : upstream(provider, has_books_elsewhere), pools(&upstream) {}

  PmrUpstream upstream;
  std::pmr::unsynchronized_pool_resource pools;
};

struct State {
  std::optional<Family> family;
  std::uint32_t handle_count = 0;
  std::size_t live_count = 0;
};

State& In(void* state) { return *static_cast<State*>(state); }

// The one error after which it is done all the same.
lockstep_status Answer() {
  return PmrUpstream::HasKept() ? LOCKSTEP_FATAL_ERROR : LOCKSTEP_OK;
}

// After the last handle and the last block.
lockstep_status EndIfUnused(State& state) {
  if (state.handle_count == 0 && state.live_count == 0) {
    state.family->pools.release();
  }
  return Answer();
}

lockstep_status Create(void* state) {
  ::new (state) State();
  return LOCKSTEP_OK;
}

void Destroy(void* state) { In(state).~State(); }

template <bool kHasBooksElsewhere>
lockstep_status Attach(void* state, std::uint32_t /*handle*/,
                       const lockstep_provider* provider) {
  try {
    if (!In(state).family) {
      In(state).family.emplace(*provider, kHasBooksElsewhere);
    }
  } catch (const std::bad_alloc&) {
    return LOCKSTEP_OUT_OF_MEMORY;
  }
  ++In(state).handle_count;
  return LOCKSTEP_OK;
}

lockstep_status Detach(void* state, std::uint32_t /*handle*/) {
  --In(state).handle_count;
  PmrUpstream::ForgetKept();
  return EndIfUnused(In(state));
}

lockstep_status AllocateAsIs(void* state, std::size_t bytes, std::size_t align,
                             void** block) {
  Family& family = *In(state).family;
  try {
    *block = family.pools.allocate(bytes, align);
  } catch (const std::bad_alloc&) {
    return LOCKSTEP_OUT_OF_MEMORY;
  }
  ++In(state).live_count;
  return LOCKSTEP_OK;
}

lockstep_status DeallocateAsIs(void* state, void* block, std::size_t bytes,
                               std::size_t align) {
  Family& family = *In(state).family;
  PmrUpstream::ForgetKept();
  family.pools.deallocate(block, bytes, align);
  --In(state).live_count;
  return EndIfUnused(In(state));
}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  align = std::max(align, kBlockAlign);
  return AllocateAsIs(state, WholeAligns(bytes, align), align, block);
}

lockstep_status Deallocate(void* state, void* block, std::size_t bytes,
                           std::size_t align) {
  align = std::max(align, kBlockAlign);
  return DeallocateAsIs(state, block, WholeAligns(bytes, align), align);
}

constexpr lockstep_port MakePort() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "pmr_pools";
  port.summary = "std::pmr::unsynchronized_pool_resource over a provider";
  port.capabilities = LOCKSTEP_SERVES_WHILE_PROVIDED;
  port.state_bytes = sizeof(State);
  port.state_align = alignof(State);
  port.create = Create;
  port.destroy = Destroy;
  port.allocate = Allocate;
  port.deallocate = Deallocate;
  port.handle_count = kHandles;
  port.attach = Attach<true>;
  port.detach = Detach;
  return port;
}

constexpr lockstep_port MakePortAsIs() {
  lockstep_port port = MakePort();
  port.name = "pmr_pools_as_is";
  port.summary = "the same, with what is wrong with it";
  port.attach = Attach<false>;
  port.allocate = AllocateAsIs;
  port.deallocate = DeallocateAsIs;
  return port;
}

}  // namespace
}  // namespace lockstep::suite

extern "C" {
extern const lockstep_port pmr_pools_port;
const lockstep_port pmr_pools_port = lockstep::suite::MakePort();
extern const lockstep_port pmr_pools_as_is_port;
const lockstep_port pmr_pools_as_is_port = lockstep::suite::MakePortAsIs();
}
