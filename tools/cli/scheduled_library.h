#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULED_LIBRARY_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULED_LIBRARY_H_

// The shared library with our own allocators, as they are compiled for schedules:
// libscheduled.so, of ports/shared.

#include <expected>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {

// Its path: what LOCKSTEP_SCHEDULED says, or where it lies beside this program: as
// it is installed, as tools/lockstep keeps it, or as Bazel builds it.
//   Errors  a text that says where it can be had.
std::expected<std::string, std::string> ScheduledLibrary();

// The port of this name in it; null if it has none. Errors: as above, and what
// loading it may come to.
std::expected<const lockstep_port*, std::string> FindScheduled(
    std::string_view name);

// Whether what was chosen is a library that was compiled for schedules.
bool IsCompiledForSchedules(const SystemChoice& choice);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULED_LIBRARY_H_
