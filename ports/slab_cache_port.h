#ifndef LOCKSTEP_PORTS_SLAB_CACHE_PORT_H_
#define LOCKSTEP_PORTS_SLAB_CACHE_PORT_H_

// The table that slab_cache_port.cc registers, for those who build on it.

#include "models/port.h"

namespace lockstep {

lockstep_port SlabCachePort();

}  // namespace lockstep

#endif  // LOCKSTEP_PORTS_SLAB_CACHE_PORT_H_
