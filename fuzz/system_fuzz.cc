// One system before its models. LOCKSTEP_FUZZ_SYSTEM is its name, in quotes;
// LOCKSTEP_FUZZ_TWIN, too, that of another that must do the same, or "".

#include <cstddef>
#include <cstdint>

#include "fuzz/try_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  lockstep::suite::TryBytes(LOCKSTEP_FUZZ_SYSTEM, LOCKSTEP_FUZZ_TWIN, data,
                            size);
  return 0;
}
