// Registers the table that LOCKSTEP_TABLE names, of whatever language it is
// written in: ports/defs.bzl compiles this for each.

#include "models/port.h"
#include "ports/registry.h"

extern "C" const lockstep_port LOCKSTEP_TABLE;

namespace {

const lockstep::RegisteredPort kRegistered(LOCKSTEP_TABLE);

}  // namespace
