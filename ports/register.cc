// Registers the table that LOCKSTEP_TABLE names, of whatever language it is
// written in: tools/bazel/allocator_suite.bzl compiles this for each.

#include "lockstep/port.h"
#include "ports/registered_port.h"

extern "C" const lockstep_port LOCKSTEP_TABLE;

namespace {

const lockstep::suite::RegisteredPort kRegistered(LOCKSTEP_TABLE);

}  // namespace
