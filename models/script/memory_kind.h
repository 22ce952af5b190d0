#ifndef LOCKSTEP_MODELS_SCRIPT_MEMORY_KIND_H_
#define LOCKSTEP_MODELS_SCRIPT_MEMORY_KIND_H_

// Where the blocks of a port come from. Each layer has a type for each kind,
// behind one interface; only what makes those asks which kind it is.

#include <cstdint>

#include "lockstep/port.h"

namespace lockstep::suite {

enum class MemoryKind : std::uint8_t {
  kRegions,   // Scripts give them, with init and add.
  kProvider,  // The port asks it, between attach and detach.
  kOwn,       // LOCKSTEP_OWN_MEMORY
};

inline MemoryKind MemoryKindOf(const lockstep_port& port) {
  if (port.attach != nullptr) return MemoryKind::kProvider;
  return (port.capabilities & LOCKSTEP_OWN_MEMORY) != 0 ? MemoryKind::kOwn
                                                        : MemoryKind::kRegions;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_MEMORY_KIND_H_
