// A system that is not linked in: LOCKSTEP_FUZZ_SYSTEM says which, as the command
// line has it: ./libmine.so. It is opened before the engine counts what it is
// guided by. `lockstep fuzz` runs this.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "fuzz/try_bytes.h"
#include "ports/library/library.h"

namespace {

const char* System() { return std::getenv("LOCKSTEP_FUZZ_SYSTEM"); }

}  // namespace

extern "C" int LLVMFuzzerInitialize(int* /*count*/, char*** /*arguments*/) {
  if (System() == nullptr) {
    std::fputs("lockstep-fuzz: run it with `lockstep fuzz ./libmine.so`\n",
               stderr);
    std::exit(2);
  }
  if (const auto port = lockstep::suite::FindSystem(System()); !port) {
    std::fprintf(stderr, "lockstep-fuzz: %s\n", port.error().c_str());
    std::exit(2);
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  lockstep::suite::TryBytes(System(), "", data, size);
  return 0;
}
