#include "tools/cli/fuzz_engine.h"

#include <unistd.h>

#include <cstdlib>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "models/script/text.h"
#include "ports/library/elf.h"
#include "ports/library/library.h"
#include "tools/cli/console.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

std::string HowToInstrument() {
  return Text(
      " is not instrumented, so the fuzzer would not see what it covers. "
      "Compile "
      "and link it\n"
      "  in C or C++, with clang:  -fsanitize=fuzzer-no-link,address -g -O1\n"
      "  in C or C++, with gcc:    not possible; use clang\n"
      "  in Rust:                  RUSTFLAGS='",
      kRustFlags, "' cargo build");
}

constexpr const char* kHowToBuildEngine =
    "there is no lockstep-fuzz beside this program, nor where LOCKSTEP_FUZZ "
    "says. The Debian package and the archive have it, and so has what CMake "
    "installs where there is a clang with libFuzzer; in a clone of Lockstep, "
    "`bazel build //fuzz:lockstep-fuzz` makes bazel-bin/fuzz/lockstep-fuzz";

}  // namespace

std::expected<std::string, std::string> FindFuzzEngine() {
  if (const char* const given = std::getenv("LOCKSTEP_FUZZ")) {
    if (access(given, X_OK) == 0) return given;
    return std::unexpected(kHowToBuildEngine);
  }
  const fs::path here = fs::path(ProgramPath()).parent_path();
  std::error_code error;
  for (const fs::path& path :
       {here / "lockstep-fuzz", here / "../../fuzz/lockstep-fuzz",
        here / "../bazel-bin/fuzz/lockstep-fuzz"}) {
    if (fs::exists(path, error)) return path.lexically_normal().string();
  }
  return std::unexpected(kHowToBuildEngine);
}

std::string LacksGuidance(const std::string& library) {
  const auto symbols = ReadSymbols(PathOf(library));
  if (!symbols) return Text(library, ": ", symbols.error());
  return symbols->Needs("__sanitizer_cov_8bit_counters_init") ||
                 symbols->Needs("__sanitizer_cov_trace_pc_guard_init")
             ? ""
             : Text(library, HowToInstrument());
}

}  // namespace lockstep::suite
