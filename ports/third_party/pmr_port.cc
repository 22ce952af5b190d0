// std::pmr::unsynchronized_pool_resource, which pulls its memory from the
// provider.
//
// In g++ 12 and 14 a block is aligned only as the size of its pool is: 257 bytes at a
// multiple of 128 come from a pool of 320. And it crashes when there is memory
// for blocks, but then none for its books of them. So there are two:
// pmr_pools_as_is, and pmr_pools, which asks for whole multiples of an alignment
// that books do not have, and gets those from the standard library.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <new>
#include <optional>

#include "lockstep/port.h"

namespace {

constexpr std::uint32_t kHandles = 2;
// More than a book's.
constexpr std::size_t kBlockAlign = 16;

class Upstream final : public std::pmr::memory_resource {
 public:
  Upstream(const lockstep_provider& provider, bool has_books_elsewhere)
      : provider_(&provider), has_books_elsewhere_(has_books_elsewhere) {}

  bool has_kept() const { return has_kept_; }
  void ForgetKept() { has_kept_ = false; }

 private:
  bool IsElsewhere(std::size_t align) const {
    return has_books_elsewhere_ && align < kBlockAlign;
  }
  void* do_allocate(std::size_t bytes, std::size_t align) override {
    if (IsElsewhere(align)) return Books().allocate(bytes, align);
    void* const memory =
        provider_->take(provider_->context, OrOne(bytes), align);
    if (memory == nullptr) throw std::bad_alloc();
    if (reinterpret_cast<std::uintptr_t>(memory) % align != 0) {
      do_deallocate(memory, bytes, align);
      throw std::bad_alloc();
    }
    return memory;
  }
  void do_deallocate(void* memory, std::size_t bytes,
                     std::size_t align) override {
    if (IsElsewhere(align)) return Books().deallocate(memory, bytes, align);
    has_kept_ |= provider_->give_back(provider_->context, memory, OrOne(bytes),
                                      align) == 0;
  }
  bool do_is_equal(const memory_resource& other) const noexcept override {
    return this == &other;
  }

  // A memory_resource is asked for no bytes, too; the provider is not.
  static std::size_t OrOne(std::size_t bytes) { return bytes == 0 ? 1 : bytes; }

  static memory_resource& Books() { return *std::pmr::new_delete_resource(); }

  const lockstep_provider* provider_;
  bool has_books_elsewhere_;
  bool has_kept_ = false;
};

struct Family {
  Family(const lockstep_provider& provider, bool has_books_elsewhere)
      : upstream(provider, has_books_elsewhere), pools(&upstream) {}

  Upstream upstream;
  std::pmr::unsynchronized_pool_resource pools;
};

struct State {
  std::optional<Family> family;
  std::uint32_t handle_count = 0;
  std::size_t live_count = 0;
};

State& In(void* state) { return *static_cast<State*>(state); }

// The one error after which it is done all the same.
lockstep_status Answer(const Upstream& upstream) {
  return upstream.has_kept() ? LOCKSTEP_FATAL_ERROR : LOCKSTEP_OK;
}

// After the last handle and the last block.
lockstep_status EndIfUnused(State& state) {
  if (state.handle_count == 0 && state.live_count == 0) {
    state.family->pools.release();
  }
  return Answer(state.family->upstream);
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
  In(state).family->upstream.ForgetKept();
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
  family.upstream.ForgetKept();
  family.pools.deallocate(block, bytes, align);
  --In(state).live_count;
  return EndIfUnused(In(state));
}

// As there cannot be so many, what it is if that is too large does not matter.
std::size_t WholeAligns(std::size_t bytes, std::size_t align) {
  const std::size_t whole = (bytes + align - 1) & ~(align - 1);
  return whole < bytes ? bytes : whole;
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

extern "C" {
extern const lockstep_port pmr_pools_port;
const lockstep_port pmr_pools_port = MakePort();
extern const lockstep_port pmr_pools_as_is_port;
const lockstep_port pmr_pools_as_is_port = MakePortAsIs();
}
