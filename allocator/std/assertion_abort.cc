// The assertion hook for hosted programs: say what was broken, and abort.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "allocator/base/assert.h"

extern "C" [[noreturn]] void lockstep_assertion_failed(const char* claim,
                                                       const char* file,
                                                       std::uint32_t line) {
  std::fprintf(stderr, "%s:%u: not so: %s\n", file, line, claim);
  std::abort();
}
