#ifndef LOCKSTEP_TOOLS_CLI_TRY_FUNCTIONS_H_
#define LOCKSTEP_TOOLS_CLI_TRY_FUNCTIONS_H_

// The functions that a C or C++ file defines, as a compiler tells of them.

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep::suite {

struct Function {
  std::string name;    // In C++ with its namespaces.
  std::string result;  // Its type.
  std::vector<std::string> parameters;

  std::string Text() const;  // "my_malloc(size_t)".
};

// Asks clang for its syntax tree, or, of a C file where there is no clang, gcc
// for its prototypes.
//   Errors  the compiler's messages; or a text, if no compiler was found.
std::expected<std::vector<Function>, std::string> FunctionsIn(
    const std::string& path, const std::vector<std::string>& flags);

// The two formats.
std::vector<Function> ReadSyntaxTree(std::string_view text,
                                     std::string_view path);
std::vector<Function> ReadPrototypes(std::string_view text,
                                     std::string_view path);

bool IsPointer(std::string_view type);
// An integer that may be a number of bytes.
bool IsSize(std::string_view type);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_TRY_FUNCTIONS_H_
