#ifndef LOCKSTEP_TOOLS_CLI_THREADS_REPORT_H_
#define LOCKSTEP_TOOLS_CLI_THREADS_REPORT_H_

// The report of a violation that threads found, and the summary of a run.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/again.h"
#include "models/threads/thread_trial.h"

namespace lockstep::suite {

struct ReportLimits {
  std::uint64_t runs = 100;
  double seconds = 10;  // For making a script shorter.
};

struct ThreadFinding {
  Minimised reduced;
  std::vector<std::string> events;
  Again again;  // How often the reduced script failed.
};

// Runs the script again, makes it shorter if it breaks the rule again, and
// counts how often what is left does so.
ThreadFinding Examine(ThreadTrial& trial, const Script& script,
                      std::uint64_t seed, const Violation& violation,
                      ReportLimits limits);

// The report as the text of a trace, which begins with comments.
std::string FormatThreadReport(std::string_view system,
                               std::string_view argument,
                               const ThreadFinding& found,
                               std::size_t steps_before);

// Scripts, operations, how many of them overlapped, and the rest.
std::string InWords(const ThreadTrial::Counts& counts, std::uint64_t threads);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_THREADS_REPORT_H_
