// One system before its models. LOCKSTEP_FUZZ_SYSTEM is its name, in quotes;
// LOCKSTEP_FUZZ_TWIN, too, that of another that must do the same, or "".

#include <cstddef>
#include <cstdint>

#include "fuzz/judge.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static lockstep::suite::FuzzJudge judge(LOCKSTEP_FUZZ_SYSTEM,
                                          LOCKSTEP_FUZZ_TWIN);
  judge.Try(judge.Decoded({data, size}));
  return 0;
}
