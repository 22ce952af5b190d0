#ifndef LOCKSTEP_TOOLS_CLI_TRY_PREPARE_H_
#define LOCKSTEP_TOOLS_CLI_TRY_PREPARE_H_

// From a C or C++ file to a library that can be judged.

#include <optional>
#include <string>
#include <vector>

#include "tools/cli/try/roles.h"

namespace lockstep::suite {

struct Source {
  std::string path;
  RoleNames names;
  std::vector<std::string> flags;  // For the compiler.
  std::string output;              // A folder, which is there.
};

struct Prepared {
  std::string library;
  bool is_malloc;  // It replaces malloc, and has no port.

  // What calls it on a command line, in place of a system.
  std::vector<std::string> AsArgument() const;
  std::vector<std::string> AsOption() const;
};

// Writes an adapter, unless there is one, and compiles it. Says on stdout what
// was found. Null after a complaint.
std::optional<Prepared> Prepare(const Source& source);

// Where the adapter of a file is: NAME.port.c beside NAME.c. That of an adapter
// is itself.
std::string AdapterOf(const std::string& path);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_TRY_PREPARE_H_
