#ifndef LOCKSTEP_TOOLS_CLI_TRY_ADAPTER_H_
#define LOCKSTEP_TOOLS_CLI_TRY_ADAPTER_H_

// A port, as text, around the functions of a C or C++ file.

#include <string>
#include <string_view>

#include "tools/cli/try/roles.h"

namespace lockstep::suite {

// The file is included into it, and so must lie beside it. `name` is the
// system's: lower case letters, digits and underscores.
std::string MakeAdapter(std::string_view file, std::string_view name,
                        const Roles& roles);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_TRY_ADAPTER_H_
