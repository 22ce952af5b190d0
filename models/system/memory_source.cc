#include "models/system/memory_source.h"

#include <memory>

#include "models/script/memory_kind.h"
#include "models/system/given_regions.h"
#include "models/system/provided_memory.h"
#include "models/system/system.h"

namespace lockstep::suite {

// Memory of the port's own needs no more than what every source says.
std::unique_ptr<MemorySource> MemorySource::Of(const System& system,
                                               void* state) {
  switch (MemoryKindOf(system.port())) {
    case MemoryKind::kProvider:
      return std::make_unique<ProvidedMemory>(system, state);
    case MemoryKind::kRegions:
      return std::make_unique<GivenRegions>(system, state);
    default:
      return std::make_unique<MemorySource>();
  }
}

}  // namespace lockstep::suite
