// std::pmr::synchronized_pool_resource, which pulls its memory from the provider, as
// several threads call it. Requests are those of pmr_pools (pmr_upstream.h).

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <mutex>
#include <new>
#include <optional>

#include "lockstep/port.h"
#include "ports/third_party/pmr_upstream.h"

namespace lockstep::suite {
namespace {

constexpr std::uint32_t kHandles = 2;

struct Family {
  explicit Family(const lockstep_provider& provider)
      : upstream(provider, true), pools(&upstream) {}

  PmrUpstream upstream;
  std::pmr::synchronized_pool_resource pools;
};

// Nothing here orders the calls of two threads, unless the last use has ended.
struct State {
  std::optional<Family> family;
  std::atomic<std::size_t> uses = 0;  // Handles, and live blocks.
  std::mutex reviving;
};

State& In(void* state) { return *static_cast<State*>(state); }

// The one error after which it is done all the same.
lockstep_status Answer() {
  return PmrUpstream::HasKept() ? LOCKSTEP_FATAL_ERROR : LOCKSTEP_OK;
}

// After the last handle and the last block, unless there is a new handle.
lockstep_status EndUse(State& state) {
  if (state.uses.fetch_sub(1, std::memory_order_acq_rel) == 1) {
    const std::lock_guard guard(state.reviving);
    if (state.uses.load(std::memory_order_acquire) == 0) {
      state.family->pools.release();
    }
  }
  return Answer();
}

lockstep_status Create(void* state) {
  ::new (state) State();
  return LOCKSTEP_OK;
}

void Destroy(void* state) { In(state).~State(); }

lockstep_status Attach(void* state, std::uint32_t /*handle*/,
                       const lockstep_provider* provider) {
  const std::lock_guard guard(In(state).reviving);
  try {
    if (!In(state).family) In(state).family.emplace(*provider);
  } catch (const std::bad_alloc&) {
    return LOCKSTEP_OUT_OF_MEMORY;
  }
  In(state).uses.fetch_add(1, std::memory_order_relaxed);
  return LOCKSTEP_OK;
}

lockstep_status Detach(void* state, std::uint32_t /*handle*/) {
  PmrUpstream::ForgetKept();
  return EndUse(In(state));
}

// All handles are alike.
void UseHandle(void* /*state*/, std::uint32_t /*handle*/) {}

lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  align = std::max(align, kBlockAlign);
  try {
    *block = In(state).family->pools.allocate(WholeAligns(bytes, align), align);
  } catch (const std::bad_alloc&) {
    return LOCKSTEP_OUT_OF_MEMORY;
  }
  In(state).uses.fetch_add(1, std::memory_order_relaxed);
  return LOCKSTEP_OK;
}

lockstep_status Deallocate(void* state, void* block, std::size_t bytes,
                           std::size_t align) {
  align = std::max(align, kBlockAlign);
  PmrUpstream::ForgetKept();
  In(state).family->pools.deallocate(block, WholeAligns(bytes, align), align);
  return EndUse(In(state));
}

constexpr lockstep_port MakePort() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "pmr_synchronized";
  port.summary = "std::pmr::synchronized_pool_resource over a provider";
  port.capabilities = LOCKSTEP_SERVES_WHILE_PROVIDED | LOCKSTEP_THREAD_SAFE;
  port.state_bytes = sizeof(State);
  port.state_align = alignof(State);
  port.create = Create;
  port.destroy = Destroy;
  port.allocate = Allocate;
  port.deallocate = Deallocate;
  port.handle_count = kHandles;
  port.attach = Attach;
  port.detach = Detach;
  port.use_handle = UseHandle;
  return port;
}

}  // namespace
}  // namespace lockstep::suite

extern "C" {
extern const lockstep_port pmr_synchronized_port;
const lockstep_port pmr_synchronized_port = lockstep::suite::MakePort();
}
