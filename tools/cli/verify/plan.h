#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_PLAN_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_PLAN_H_

// From what somebody asks for to the jobs that do it. All errors are
// std::runtime_error, with a text that says what there is.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/system_choice.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/setting.h"

namespace lockstep::suite::verify {

struct Wanted {
  std::vector<std::string> sources;  // Empty: all.
  std::vector<std::string> systems;  // Names, and paths of libraries.
  SystemChoice malloc;
  std::optional<double> seconds;

  bool HasSource(std::string_view name) const;
  bool HasLibraries() const;
  // Those that are no libraries.
  std::vector<std::string> Names() const;
};

// Whether all sources that are wanted are known, and have the programs that
// they need.
void CheckSources(const Wanted& wanted, const Setting& setting);

// Where a program is, whatever is built meanwhile: bazel-bin points into the
// folder of the last build, and is moved by one in another mode.
std::string Given(const std::string& path);

// Those that are linked into a program, or the libraries that are wanted.
std::vector<System> SystemsFor(const Wanted& wanted,
                               const std::string& program);

// The program that fuzzes the libraries that are wanted.
std::string EngineFor(const Wanted& wanted);

// Decides on the seconds of the setting as well, unless they are wanted.
std::vector<std::unique_ptr<Job>> Plan(const Wanted& wanted, Setting& setting);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_PLAN_H_
