#ifndef LOCKSTEP_TOOLS_CLI_THREADS_OPTIONS_H_
#define LOCKSTEP_TOOLS_CLI_THREADS_OPTIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "tools/cli/threads/report.h"

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

// The options of `lockstep threads`.
struct ThreadOptions {
  std::uint64_t threads = 4;
  std::uint64_t ops = 100'000;
  double seconds = 0;  // 0: until the ops are done.
  std::optional<std::uint64_t> seed;
  std::size_t script_ops = 400;
  std::size_t keep_going = 1;
  bool is_fresh = false;
  std::string replay;  // A file; "": none.
  ReportLimits limits;

  // Must outlive the command.
  void AddTo(CLI::App& command);
  // The command that makes the script of one seed again.
  std::string Command(std::string_view argument,
                      std::uint64_t script_seed) const;

 private:
  void AddLimitsTo(CLI::App& command);
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_THREADS_OPTIONS_H_
