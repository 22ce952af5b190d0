#ifndef LOCKSTEP_PORTS_CACHE_PORT_H_
#define LOCKSTEP_PORTS_CACHE_PORT_H_

// The object cache behind the door: four handles to one family, whose slabs of 512
// bytes come from the harness's provider.

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <utility>

#include "allocator/base/layout.h"
#include "allocator/base/lock.h"
#include "allocator/base/platform.h"
#include "allocator/objects/cache_error.h"
#include "allocator/objects/checked.h"
#include "allocator/objects/slab_cache.h"
#include "lockstep/port.h"

namespace lockstep::suite {

class SlabPortProvider {
 public:
  explicit SlabPortProvider(const lockstep_provider& provider)
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

constexpr lockstep_status StatusOf(CacheError error) {
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

// A cache of objects of kObjectBytes. With a lock, several threads may call it.
template <std::size_t kObjectBytes, Lockable Lock = NoLock,
          class Sealing = Sealed>
class CachePort {
 public:
  static constexpr lockstep_port Table(const char* name, const char* summary) {
    lockstep_port port{};
    port.version = LOCKSTEP_PORT_VERSION;
    port.name = name;
    port.summary = summary;
    port.placement = kIsShared ? "slab_cache_locked" : "slab_cache";
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
    // Of headers that are believed it would not return, whatever is in them.
    if constexpr (Sealing::kSeals) port.audit = Audit;
    port.handle_count = kHandles;
    port.attach = Attach;
    port.detach = Detach;
    port.trim = Trim;
    if constexpr (kIsShared) {
      port.capabilities |= LOCKSTEP_THREAD_SAFE;
      port.use_handle = UseHandle;
    }
    return port;
  }

 private:
  static constexpr bool kIsShared = !std::same_as<Lock, NoLock>;
  static constexpr std::size_t kSlabBytes = 512;
  static constexpr std::uint32_t kHandles = 4;

  struct Object {
    alignas(8) std::array<std::byte, kObjectBytes> bytes;
  };
  using Cache = SlabCache<Object, Lock, kSlabBytes, SlabPortProvider, Sealing>;
  struct State {
    std::array<std::optional<Cache>, kHandles> handles;
  };

  // Which handle of which state the calling thread uses.
  struct InUse {
    const void* state;
    std::uint32_t handle;
  };
  static inline constinit thread_local InUse in_use{};

  static State& In(void* state) { return *static_cast<State*>(state); }
  static lockstep_status Answer(const CacheResult<void>& result) {
    return result ? LOCKSTEP_OK : StatusOf(result.error());
  }

  static void UseHandle(void* state, std::uint32_t handle) {
    in_use = {state, handle};
  }

  // The one in use. Whoever named none is alone, and any will do: they behave as
  // one. With several threads, the others may be coming and going.
  static const Cache* HandleOf(const void* state) {
    const auto& handles = static_cast<const State*>(state)->handles;
    if constexpr (kIsShared) {
      if (in_use.state == state && handles[in_use.handle]) {
        return &*handles[in_use.handle];
      }
    }
    for (const auto& handle : handles) {
      if (handle) return &*handle;
    }
    return nullptr;
  }

  static Cache* HandleOf(void* state) {
    return const_cast<Cache*>(HandleOf(static_cast<const void*>(state)));
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
    const Cache* const shared = HandleOf(state);
    auto cache = shared != nullptr ? shared->Attach()
                                   : Cache::Create(SlabPortProvider(*provider));
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
    auto box = HandleOf(state)->Allocate();
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
    return Answer(HandleOf(state)->Trim());
  }

  static void ReadStatistics(const void* state, lockstep_statistics* out) {
    *out = {};
    const Cache* const cache = HandleOf(state);
    if (cache == nullptr) return;
    const auto now = cache->ReadStatistics();
    if (!now) return;
    out->total = now->slots * sizeof(Object);
    out->used = now->live_objects * sizeof(Object);
    out->available = out->total - out->used;
  }

  static const char* Audit(const void* state) {
    const Cache* const cache = HandleOf(state);
    return cache == nullptr ? nullptr : cache->AuditAlone();
  }
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_CACHE_PORT_H_
