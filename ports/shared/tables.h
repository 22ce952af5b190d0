#ifndef LOCKSTEP_PORTS_SHARED_TABLES_H_
#define LOCKSTEP_PORTS_SHARED_TABLES_H_

// The tables of this folder: our allocators as several threads may call them. On
// one thread each does what the allocator inside does.

#include "lockstep/port.h"

namespace lockstep::suite {

// A heap behind one spin lock: without a map, with one, and as a
// std::pmr::memory_resource.
extern const lockstep_port kHeapLockedPort;
extern const lockstep_port kHeapMappedLockedPort;
extern const lockstep_port kHeapResourcePort;

// Object caches with a spin lock in each family.
extern const lockstep_port kSlabCacheSharedPort;
extern const lockstep_port kSlabCache3SharedPort;
extern const lockstep_port kSlabCacheUnsealedSharedPort;

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_SHARED_TABLES_H_
