#!/bin/bash
# The tests of allocator_suite that are a call of the command line; under an
# emulator, if tools/bazel/emulate.sh says so.
exec ${LOCKSTEP_EMULATOR:-} "$@"
