#ifndef LOCKSTEP_TESTS_SUITE_SCRIPTS_H_
#define LOCKSTEP_TESTS_SUITE_SCRIPTS_H_

// Scripts that people thought of, for any port: each begins with memory for it,
// in the way in which it takes it.

#include <cstdint>
#include <string>
#include <vector>

#include "models/op.h"
#include "models/port.h"

namespace lockstep {

struct NamedScript {
  std::string name;
  Script script;
};

// Small blocks, `count` of them, in fresh memory.
Script SmallBlocks(const lockstep_port& port, std::uint32_t count);

std::vector<NamedScript> ScriptsFor(const lockstep_port& port);

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_SUITE_SCRIPTS_H_
