#!/bin/bash
# The tests of allocator_suite that are a call of the command line.
exec "$@"
