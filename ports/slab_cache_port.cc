#include "ports/slab_cache_port.h"

#include "lockstep/port.h"
#include "ports/cache_port.h"

namespace lockstep::suite {

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
