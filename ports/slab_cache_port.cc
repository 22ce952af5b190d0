#include "ports/slab_cache_port.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <utility>

#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/base/platform.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/slab_cache.h"
#include "lockstep/port.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kSlabBytes = 512;
constexpr std::uint32_t kHandles = 4;

class PortProvider {
 public:
  explicit PortProvider(const lockstep_provider& provider)
      : provider_(&provider) {}

  void* Allocate(Layout layout) const {
    void* const slab = provider_->take(provider_->context, layout.size_bytes(),
                                       layout.align_bytes());
    // A script that ended in a violation may have left it poisoned.
    if (slab != nullptr) Unpoison(slab, layout.size_bytes());
    return slab;
  }
  bool Free(void* slab, Layout layout) const {
    return provider_->give_back(provider_->context, slab, layout.size_bytes(),
                                layout.align_bytes()) != 0;
  }

 private:
  const lockstep_provider* provider_;
};

lockstep_status StatusOf(CacheError error) {
  switch (error) {
    case CacheError::kOutOfMemory:
      return LOCKSTEP_OUT_OF_MEMORY;
    case CacheError::kInvalidPointer:
      return LOCKSTEP_INVALID_POINTER;
    case CacheError::kAlignmentMismatch:
      return LOCKSTEP_ALIGNMENT_MISMATCH;
    case CacheError::kFatalError:
      return LOCKSTEP_FATAL_ERROR;
  }
  return LOCKSTEP_INVALID_PARAM;
}

lockstep_status Answer(const CacheResult<void>& result) {
  return result ? LOCKSTEP_OK : StatusOf(result.error());
}

// A cache of objects of kObjectBytes behind the door.
template <std::size_t kObjectBytes>
class CachePort {
 public:
  static constexpr lockstep_port Table(const char* name, const char* summary) {
    lockstep_port port{};
    port.version = LOCKSTEP_PORT_VERSION;
    port.name = name;
    port.summary = summary;
    port.placement = "slab_cache";
    port.capabilities = LOCKSTEP_SERVES_WHILE_PROVIDED | LOCKSTEP_SNAPSHOTS |
                        LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN |
                        LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN;
    port.state_bytes = sizeof(State);
    port.state_align = alignof(State);
    port.max_request_bytes = sizeof(Object);
    port.max_request_align = alignof(Object);
    port.create = Create;
    port.destroy = Destroy;
    port.allocate = Allocate;
    port.deallocate = Deallocate;
    port.statistics = ReadStatistics;
    port.audit = Audit;
    port.handle_count = kHandles;
    port.attach = Attach;
    port.detach = Detach;
    port.trim = Trim;
    return port;
  }

 private:
  struct Object {
    alignas(8) std::array<std::byte, kObjectBytes> bytes;
  };
  using Cache = SlabCache<Object, NoLock, kSlabBytes, PortProvider>;
  struct State {
    std::array<std::optional<Cache>, kHandles> handles;
  };

  static State& In(void* state) { return *static_cast<State*>(state); }

  // Any handle will do: they behave as one.
  static const Cache* AnyHandle(const void* state) {
    for (const auto& handle : static_cast<const State*>(state)->handles) {
      if (handle) return &*handle;
    }
    return nullptr;
  }

  static Cache* AnyHandle(void* state) {
    return const_cast<Cache*>(AnyHandle(static_cast<const void*>(state)));
  }

  static lockstep_status Create(void* state) {
    ::new (state) State();
    return LOCKSTEP_OK;
  }

  // What is still live keeps its slabs: the harness owns the memory.
  static void Destroy(void* state) {
    for (auto& handle : In(state).handles) {
      if (handle) (void)handle->Detach();
    }
    In(state).~State();
  }

  static lockstep_status Attach(void* state, std::uint32_t handle,
                                const lockstep_provider* provider) {
    const Cache* const shared = AnyHandle(state);
    auto cache = shared != nullptr ? shared->Attach()
                                   : Cache::Create(PortProvider(*provider));
    if (!cache) return StatusOf(cache.error());
    In(state).handles[handle].emplace(std::move(*cache));
    return LOCKSTEP_OK;
  }

  static lockstep_status Detach(void* state, std::uint32_t handle) {
    auto& cache = In(state).handles[handle];
    const auto detached = cache->Detach();
    cache.reset();
    return Answer(detached);
  }

  static lockstep_status Allocate(void* state, std::size_t bytes,
                                  std::size_t align, void** block) {
    if (bytes > sizeof(Object) || align > alignof(Object)) {
      return LOCKSTEP_INVALID_PARAM;
    }
    auto box = AnyHandle(state)->Allocate();
    if (!box) return StatusOf(box.error());
    *block = box->release();
    return LOCKSTEP_OK;
  }

  static lockstep_status Deallocate(void* /*state*/, void* block,
                                    std::size_t /*bytes*/,
                                    std::size_t /*align*/) {
    return Answer(Cache::Box::FromRaw(static_cast<Object*>(block)).Free());
  }

  static lockstep_status Trim(void* state) {
    return Answer(AnyHandle(state)->Trim());
  }

  static void ReadStatistics(const void* state, lockstep_statistics* out) {
    *out = {};
    const Cache* const cache = AnyHandle(state);
    if (cache == nullptr) return;
    const auto now = cache->ReadStatistics();
    if (!now) return;
    out->total = now->slots * sizeof(Object);
    out->used = now->live_objects * sizeof(Object);
    out->available = out->total - out->used;
  }

  static const char* Audit(const void* state) {
    const Cache* const cache = AnyHandle(state);
    return cache == nullptr ? nullptr : cache->Audit();
  }
};

}  // namespace

lockstep_port SlabCachePort() {
  return CachePort<40>::Table(
      "slab_cache",
      "objects of 40 bytes in slabs of 512, pulled from a provider");
}

lockstep_port SlabCache3Port() {
  return CachePort<128>::Table("slab_cache_3",
                               "objects of 128 bytes, three to a slab of 512");
}

}  // namespace lockstep::suite
