// Apart from the table, so that what builds on the table registers nothing.

#include "lockstep/port.h"
#include "ports/registered_port.h"
#include "ports/slab_cache_port.h"

namespace lockstep::suite {
namespace {

const lockstep_port kSlabCachePort = SlabCachePort();
const lockstep_port kSlabCache3Port = SlabCache3Port();
const RegisteredPort kSlabCache(kSlabCachePort);
const RegisteredPort kSlabCache3(kSlabCache3Port);

}  // namespace
}  // namespace lockstep::suite
