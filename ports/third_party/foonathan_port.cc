// foonathan::memory: a collection of pools whose blocks are cut from a region.
//
// In 0.7.2 and 0.7.3, a pool that finds no further block takes what is left of the last
// one, but leaves it where the next pool takes it, too. So there are two:
// foonathan_pools_as_is, and foonathan_pools, which does not let it come to
// that.

#include <algorithm>
#include <cstddef>
#include <foonathan/memory/allocator_traits.hpp>
#include <foonathan/memory/debugging.hpp>
#include <foonathan/memory/error.hpp>
#include <foonathan/memory/memory_arena.hpp>
#include <foonathan/memory/memory_pool_collection.hpp>
#include <new>
#include <optional>

#include "lockstep/port.h"

namespace {

namespace fm = foonathan::memory;

constexpr std::size_t kMaxNodeBytes = 512;
constexpr std::size_t kBlockBytes = 16384;

// Where blocks come from, one behind the other.
struct RegionBlocks {
  RegionBlocks(std::size_t /*block_bytes*/, std::byte* start, std::byte* stop)
      : next(start), end(stop) {}

  bool HasBlock() const {
    return static_cast<std::size_t>(end - next) >= kBlockBytes;
  }
  fm::memory_block allocate_block() {
    if (!HasBlock()) throw std::bad_alloc();
    const fm::memory_block block(next, kBlockBytes);
    next += kBlockBytes;
    return block;
  }
  void deallocate_block(fm::memory_block /*block*/) {}
  std::size_t next_block_size() const { return kBlockBytes; }

  std::byte* next;
  std::byte* end;
};

using Pools =
    fm::memory_pool_collection<fm::node_pool, fm::log2_buckets, RegionBlocks>;
using Traits = fm::allocator_traits<Pools>;

struct State {
  std::optional<Pools> pools;  // None before init.
};

State& In(void* state) { return *static_cast<State*>(state); }

lockstep_status Create(void* state) {
  fm::set_leak_handler([](const fm::allocator_info&, std::ptrdiff_t) {});
  ::new (state) State();
  return LOCKSTEP_OK;
}

void Destroy(void* state) { In(state).~State(); }

lockstep_status Init(void* state, void* start, std::size_t bytes) {
  auto* const first = static_cast<std::byte*>(start);
  In(state).pools.emplace(kMaxNodeBytes, kBlockBytes, first, first + bytes);
  return LOCKSTEP_OK;
}

// A node has the alignment that its size has naturally; none has no bytes.
std::size_t NodeBytes(std::size_t bytes, std::size_t align) {
  return std::max({bytes, align, std::size_t{1}});
}

// An empty pool takes a block's size by the number of pools: of 8 to 512 bytes.
bool NeedsABlock(const Pools& pools, std::size_t node_bytes) {
  return pools.pool_capacity_left(node_bytes) == 0 &&
         pools.capacity_left() < kBlockBytes / 4;
}

template <bool kIsGuarded>
lockstep_status Allocate(void* state, std::size_t bytes, std::size_t align,
                         void** block) {
  if (bytes > kMaxNodeBytes ||
      align > Traits::max_alignment(*In(state).pools)) {
    return LOCKSTEP_INVALID_PARAM;
  }
  const std::size_t node_bytes = NodeBytes(bytes, align);
  if (kIsGuarded && NeedsABlock(*In(state).pools, node_bytes) &&
      !In(state).pools->get_allocator().HasBlock()) {
    return LOCKSTEP_NO_MEMORY;
  }
  try {
    *block = In(state).pools->allocate_node(node_bytes);
    return LOCKSTEP_OK;
  } catch (const std::bad_alloc&) {
    return LOCKSTEP_NO_MEMORY;
  }
}

lockstep_status Deallocate(void* state, void* block, std::size_t bytes,
                           std::size_t align) {
  In(state).pools->deallocate_node(block, NodeBytes(bytes, align));
  return LOCKSTEP_OK;
}

constexpr lockstep_port MakePort() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "foonathan_pools";
  port.summary = "foonathan::memory_pool_collection over a region";
  port.capabilities = LOCKSTEP_FITS_AGAIN;
  port.state_bytes = sizeof(State);
  port.state_align = alignof(State);
  port.region_align_bytes = alignof(std::max_align_t);
  port.init_granule_bytes = kBlockBytes;
  port.create = Create;
  port.destroy = Destroy;
  port.init = Init;
  port.allocate = Allocate<true>;
  port.deallocate = Deallocate;
  return port;
}

constexpr lockstep_port MakePortAsIs() {
  lockstep_port port = MakePort();
  port.name = "foonathan_pools_as_is";
  port.summary = "the same, with what is wrong with it";
  port.allocate = Allocate<false>;
  return port;
}

}  // namespace

extern "C" {
extern const lockstep_port foonathan_pools_port;
const lockstep_port foonathan_pools_port = MakePort();
extern const lockstep_port foonathan_pools_as_is_port;
const lockstep_port foonathan_pools_as_is_port = MakePortAsIs();
}
