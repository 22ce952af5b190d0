#ifndef LOCKSTEP_TOOLS_CLI_COMPILER_H_
#define LOCKSTEP_TOOLS_CLI_COMPILER_H_

// The compilers of this machine, and what they make of a port.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {

struct Compiler {
  enum class Family { kClang, kGcc };
  Family family;
  std::string program;  // Found in PATH; "": there is none.
};

// The first of clang, clang-19, ..., or gcc, cc, gcc-12, ...; for C++ of clang++
// and so on.
Compiler FindCompiler(Compiler::Family family, bool is_cpp);

// The file that this name starts, by the environment variable PATH; "": none.
std::string FileInPath(const std::string& program);

struct Compiled {
  std::string library;
  bool is_sanitized;
};

// The file of its AddressSanitizer; "": it has none. Remembered for child processes
// in the environment variable LOCKSTEP_ASAN_RUNTIME.
std::string RuntimeOfClang();

// Makes a shared library of one file, with debug information and, where that
// works, AddressSanitizer and UBSan if they are wanted.
//   Errors  what the compiler says.
std::expected<Compiled, std::string> CompileLibrary(
    const std::string& source, const std::string& library,
    const std::vector<std::string>& flags, bool wants_sanitizers);

// By the file's name.
bool IsCpp(std::string_view path);

// The folder in which lockstep/port.h is: in LOCKSTEP_INCLUDE, beside the folder
// of this program in an installation, or above it in the source tree. "": it was
// not found.
std::string IncludeFolder();

// The folder of the crate that ports in Rust use, in an installation or in the
// source tree. "": it was not found.
std::string CrateFolder();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_COMPILER_H_
