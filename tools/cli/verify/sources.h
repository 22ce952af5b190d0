#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_SOURCES_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_SOURCES_H_

// Where scripts come from: the commands that run them on a system.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/verify/setting.h"

namespace lockstep::suite::verify {

// A command ends by itself, also on SIGINT.
struct Planned {
  std::vector<std::string> words;
  double seconds = 0;  // How long it means to take; 0: not known.
};

struct Source {
  std::string_view name;
  std::string_view summary;
  bool is_timed;  // It takes as long as it is told to.
  // Null for the source fuzz, which has processes of its own kind.
  std::vector<Planned> (*commands)(const System& system,
                                   const Setting& setting);
};

// Of the table of all sources, in the order in which they run.
inline constexpr std::size_t kSources = 8;
const std::array<Source, kSources>& Sources();
constexpr std::string_view kFuzz = "fuzz";
constexpr std::string_view kThreads = "threads";
constexpr std::string_view kSchedules = "schedules";

// Whether it runs scripts on several threads, for seconds of their own.
bool IsAboutThreads(const Source& source);

// The systems that a source has scripts for.
std::vector<System> SystemsOf(const Source& source, const Setting& setting);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_SOURCES_H_
