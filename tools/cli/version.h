#ifndef LOCKSTEP_TOOLS_CLI_VERSION_H_
#define LOCKSTEP_TOOLS_CLI_VERSION_H_

// The version of what is installed. This file is the only place that has it:
// tools/cmake and tools/package read the line below.

#include <string>
#include <string_view>

namespace lockstep::suite {

inline constexpr std::string_view kVersion = "2.0.0";

// What `lockstep --version` prints: the version, the commit that it was built
// from, and the versions of lockstep/port.h that it takes.
std::string VersionText();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_VERSION_H_
