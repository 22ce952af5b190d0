#!/bin/bash
# Runs a test of a --config=cov build, and keeps its profile: it ends up in
# bazel-testlogs/PACKAGE/TEST/test.outputs/outputs.zip.
export LLVM_PROFILE_FILE="${TEST_UNDECLARED_OUTPUTS_DIR:?}/%c%p.profraw"
exec "$@"
