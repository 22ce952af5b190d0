#include "allocator/base/lock.h"
#include "allocator/objects/checked.h"
#include "lockstep/port.h"
#include "ports/cache_port.h"
#include "ports/shared/tables.h"

namespace lockstep::suite {

constexpr lockstep_port kSlabCacheSharedPort = CachePort<40, SpinLock>::Table(
    "slab_cache_shared", "slab_cache with a lock, for several threads");

constexpr lockstep_port kSlabCache3SharedPort = CachePort<128, SpinLock>::Table(
    "slab_cache_3_shared", "slab_cache_3 with a lock, for several threads");

constexpr lockstep_port kSlabCacheUnsealedSharedPort =
    CachePort<40, SpinLock, Unsealed>::Table(
        "slab_cache_unsealed_shared",
        "slab_cache_shared with headers that are believed");

}  // namespace lockstep::suite
