#include "tools/cli/compiler.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/process.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

constexpr int kNewest = 21;
constexpr int kOldest = 11;

std::string FirstInPath(const std::string& base) {
  if (!FileInPath(base).empty()) return base;
  for (int version = kNewest; version >= kOldest; --version) {
    if (const std::string name = Text(base, '-', version);
        !FileInPath(name).empty()) {
      return name;
    }
  }
  return "";
}

// Prints its argument again where there is no such file.
std::string FileOfCompiler(const std::string& program,
                           const std::string& name) {
  std::string path =
      RunProgram({program, "-print-file-name=" + name}).stdout_text;
  while (path.ends_with('\n')) path.pop_back();
  return path.find('/') == path.npos ? "" : path;
}

// Where the runtime of clang's AddressSanitizer is, for the programs that this one
// starts: to ask clang takes as long as a short run.
constexpr const char* kKnownRuntime = "LOCKSTEP_ASAN_RUNTIME";

std::string RuntimeOf(const Compiler& compiler) {
#if defined(__x86_64__)
  constexpr std::string_view kMachine = "x86_64";
#elif defined(__aarch64__)
  constexpr std::string_view kMachine = "aarch64";
#else
  constexpr std::string_view kMachine = "i386";
#endif
  if (compiler.family == Compiler::Family::kGcc) {
    return FileOfCompiler(compiler.program, "libasan.so");
  }
  std::string runtime = FileOfCompiler(
      compiler.program, Text("libclang_rt.asan-", kMachine, ".so"));
  if (!runtime.empty()) setenv(kKnownRuntime, runtime.c_str(), 1);
  return runtime;
}

Ended Compile(const Compiler& compiler, const std::string& source,
              const std::string& library, const std::vector<std::string>& flags,
              bool is_sanitized) {
  std::vector<std::string> words = {
      compiler.program,          "-shared", "-fPIC", "-g",   "-O1",
      "-fno-omit-frame-pointer", source,    "-o",    library};
  words.insert(words.end(), flags.begin(), flags.end());
  if (is_sanitized) {
    words.insert(words.end(),
                 {"-fsanitize=address,undefined", "-fno-sanitize-recover=all"});
    if (compiler.family == Compiler::Family::kClang) {
      words.emplace_back("-shared-libasan");
    }
  }
  return RunProgram(words);
}

bool Has(const fs::path& folder, const char* file) {
  std::error_code error;
  return fs::exists(folder / file, error);
}

// The first of these folders, in one of those that this program is in, that has
// the file; "": none has.
fs::path FirstAbove(std::initializer_list<const char*> folders,
                    const char* file) {
  for (fs::path above = fs::path(ProgramPath()).parent_path();
       above.has_relative_path(); above = above.parent_path()) {
    for (const char* below : folders) {
      if (Has(above / below, file)) return above / below;
    }
  }
  return {};
}

std::optional<Compiler> Chosen(bool is_cpp) {
  for (const auto family : {Compiler::Family::kClang, Compiler::Family::kGcc}) {
    Compiler compiler = FindCompiler(family, is_cpp);
    if (!compiler.program.empty()) return compiler;
  }
  return std::nullopt;
}

}  // namespace

std::string FileInPath(const std::string& program) {
  const char* const path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string file = folder + "/" + program;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return "";
}

Compiler FindCompiler(Compiler::Family family, bool is_cpp) {
  if (family == Compiler::Family::kClang) {
    return {family, FirstInPath(is_cpp ? "clang++" : "clang")};
  }
  return {family, FirstInPath(is_cpp ? "g++" : "gcc")};
}

std::string RuntimeOfClang() {
  const char* const known = std::getenv(kKnownRuntime);
  if (known != nullptr && access(known, R_OK) == 0) return known;
  const Compiler clang = FindCompiler(Compiler::Family::kClang, false);
  return clang.program.empty() ? "" : RuntimeOf(clang);
}

std::expected<Compiled, std::string> CompileLibrary(
    const std::string& source, const std::string& library,
    const std::vector<std::string>& flags, bool wants_sanitizers) {
  const auto compiler = Chosen(IsCpp(source));
  if (!compiler) {
    return std::unexpected(
        std::string("there is no clang and no gcc in PATH; install one\n"));
  }
  if (wants_sanitizers && !RuntimeOf(*compiler).empty() &&
      Compile(*compiler, source, library, flags, true).exit_code == 0) {
    return Compiled{library, true};
  }
  const Ended plain = Compile(*compiler, source, library, flags, false);
  if (plain.exit_code != 0) return std::unexpected(plain.stderr_text);
  return Compiled{library, false};
}

bool IsCpp(std::string_view path) {
  static constexpr std::array<std::string_view, 5> kEndings = {
      ".cc", ".cpp", ".cxx", ".C", ".c++"};
  return std::ranges::any_of(kEndings, [&](std::string_view ending) {
    return path.ends_with(ending);
  });
}

std::string IncludeFolder() {
  constexpr const char* kDoor = "lockstep/port.h";
  if (const char* const given = std::getenv("LOCKSTEP_INCLUDE")) {
    if (Has(given, kDoor)) return given;
  }
  return FirstAbove({"include", "models/door"}, kDoor).string();
}

std::string CrateFolder() {
  std::error_code error;
  // A program that Bazel built leads to the folder of the sources.
  return fs::weakly_canonical(
             FirstAbove({"share/lockstep/rust", "ports/rust"}, "Cargo.toml"),
             error)
      .string();
}

}  // namespace lockstep::suite
