// The tables as a shared library exports them: see :libscheduled.so.

#include "lockstep/port.h"
#include "ports/shared/tables.h"

namespace lockstep::suite {

LOCKSTEP_EXPORT(kHeapLockedPort)
LOCKSTEP_EXPORT(kHeapMappedLockedPort)
LOCKSTEP_EXPORT(kHeapResourcePort)
LOCKSTEP_EXPORT(kSlabCacheSharedPort)
LOCKSTEP_EXPORT(kSlabCache3SharedPort)
LOCKSTEP_EXPORT(kSlabCacheUnsealedSharedPort)

}  // namespace lockstep::suite
