#ifndef LOCKSTEP_TOOLS_CLI_FILES_H_
#define LOCKSTEP_TOOLS_CLI_FILES_H_

// Files that commands read and write. What goes wrong is said, with the reason
// that the system gives.

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/trace.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {

// Null, after a complaint, or when it was interrupted. "-" is standard input.
std::optional<std::string> ReadBytes(const std::string& path);

// Null, after a complaint with file and line. "-" is standard input.
std::optional<Trace> ReadTrace(const std::string& path);

// Whether it can be performed by one thread. False, after a complaint that says
// which command is for it. The system is what was given in place of the one that
// the trace names, if anything was.
bool IsForOneThread(const Trace& trace, const std::string& path,
                    const SystemChoice& system);

// What runs a trace with threads: `lockstep schedules` where it has switches, and
// `lockstep threads` where it has none.
std::string CommandForThreads(const Trace& trace, const std::string& path,
                              const SystemChoice& system);

struct TraceFile {
  std::string path;
  bool is_named;  // False: it was found in a folder.
};
// The plain files below a folder whose names end in .trace, sorted: who waits for
// a pipe might wait for ever. A folder that cannot be read is an error.
std::vector<std::string> TracesBelow(const std::string& folder,
                                     std::error_code& error);

// Files as they are; for a folder, the *.trace files below it, by name. What is
// no plain file there, such as a pipe, is left out.
std::optional<std::vector<TraceFile>> ExpandPaths(
    const std::vector<std::string>& paths);

// Unless it is there; "" is no folder. False, after a complaint.
bool MakeFolder(const std::string& path);

// False, after a complaint.
bool WriteFile(const std::string& path, std::string_view text);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_FILES_H_
