#ifndef LOCKSTEP_TOOLS_CLI_FUZZ_ENGINE_H_
#define LOCKSTEP_TOOLS_CLI_FUZZ_ENGINE_H_

// The program with libFuzzer in it that fuzzes shared libraries.

#include <expected>
#include <string>
#include <string_view>

namespace lockstep::suite {

// As fuzz/libfuzzer.options has them.
inline constexpr std::string_view kFuzzLimits[] = {"-timeout=25",
                                                   "-max_len=16384"};

// What a crate is compiled with to guide the fuzzer, in the variable RUSTFLAGS.
inline constexpr std::string_view kRustFlags =
    "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 "
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters "
    "-Cllvm-args=-sanitizer-coverage-pc-table "
    "-Cllvm-args=-sanitizer-coverage-trace-compares";

// Where it is: beside this program, where Bazel makes it, or where the variable
// LOCKSTEP_FUZZ says. Errors: a text that says how to have it.
std::expected<std::string, std::string> FindFuzzEngine();

// What is missing in a library that is to be guided by what it covers, and what
// to do about it; "": nothing.
std::string LacksGuidance(const std::string& library);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_FUZZ_ENGINE_H_
