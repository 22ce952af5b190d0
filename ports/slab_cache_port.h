#ifndef LOCKSTEP_PORTS_SLAB_CACHE_PORT_H_
#define LOCKSTEP_PORTS_SLAB_CACHE_PORT_H_

// The tables of slab_cache_port.cc, for those who build on them.

#include "lockstep/port.h"

namespace lockstep::suite {

lockstep_port SlabCachePort();

// With few slots: a small number of objects fills several slabs.
lockstep_port SlabCache3Port();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_SLAB_CACHE_PORT_H_
