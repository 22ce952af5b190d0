#ifndef LOCKSTEP_TESTS_SUITE_SCRIPTS_H_
#define LOCKSTEP_TESTS_SUITE_SCRIPTS_H_

// Scripts that people thought of, for any port: each begins with memory for it,
// in the way in which it takes it.

#include <cstdint>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"

namespace lockstep::suite {

struct NamedScript {
  std::string name;
  Script script;
};

// Small blocks, `count` of them, in fresh memory.
Script SmallBlocks(const lockstep_port& port, std::uint32_t count);

std::vector<NamedScript> ScriptsFor(const lockstep_port& port);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_SUITE_SCRIPTS_H_
