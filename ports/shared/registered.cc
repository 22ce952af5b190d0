// Apart from the tables: a library exports them, and registers nothing.

#include "ports/registered_port.h"
#include "ports/shared/tables.h"

namespace lockstep::suite {
namespace {

const RegisteredPort kHeapLocked(kHeapLockedPort);
const RegisteredPort kHeapMappedLocked(kHeapMappedLockedPort);
const RegisteredPort kHeapResource(kHeapResourcePort);
const RegisteredPort kSlabCacheShared(kSlabCacheSharedPort);
const RegisteredPort kSlabCache3Shared(kSlabCache3SharedPort);
const RegisteredPort kSlabCacheUnsealedShared(kSlabCacheUnsealedSharedPort);

}  // namespace
}  // namespace lockstep::suite
