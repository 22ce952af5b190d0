// What the code of an instrumented library calls when it compares something with a
// constant. libFuzzer has functions for that, and uses what they see in mutations of
// its own, which are not ours (mutator.h). So the linker gives their names to these:
// --defsym, of library_fuzz in BUILD.bazel and of tools/cmake/fuzz.cmake.

#include <cstdint>

#include "fuzz/comparisons.h"

using lockstep::suite::NoteComparison;

extern "C" {

void lockstep_trace_const_cmp2(std::uint16_t constant,
                               std::uint16_t /*other*/) {
  NoteComparison(constant);
}

void lockstep_trace_const_cmp4(std::uint32_t constant,
                               std::uint32_t /*other*/) {
  NoteComparison(constant);
}

void lockstep_trace_const_cmp8(std::uint64_t constant,
                               std::uint64_t /*other*/) {
  NoteComparison(constant);
}

// How many cases, of how many bits, and the cases.
void lockstep_trace_switch(std::uint64_t /*value*/,
                           const std::uint64_t* cases) {
  for (std::uint64_t i = 0; i < cases[0]; ++i) NoteComparison(cases[2 + i]);
}

}  // extern "C"
