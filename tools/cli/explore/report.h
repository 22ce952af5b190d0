#ifndef LOCKSTEP_TOOLS_CLI_EXPLORE_REPORT_H_
#define LOCKSTEP_TOOLS_CLI_EXPLORE_REPORT_H_

// What lockstep explore says of an exploration.

#include <span>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "models/explore/explorer.h"
#include "models/explore/walker.h"
#include "models/system/tried.h"
#include "tools/cli/console.h"

namespace lockstep::suite {

struct ExploreResult {
  std::string system;
  std::string_view go_back;
  Explorer::Ending ending = Explorer::Ending::kComplete;
  Explorer::Progress came;
  double seconds = 0;

  bool IsViolated() const { return ending == Explorer::Ending::kViolated; }
};

// What is tried, and where.
std::string Describe(std::string_view system, const Alphabet& alphabet);

// For the line of progress.
std::string Describe(std::string_view system, const Explorer::Progress& now,
                     double seconds);

Tried TriedIn(const Explorer::Progress& came);

ExitCode CodeOf(Explorer::Ending ending);
// A complaint if a limit did.
void SayWhatEnded(Explorer::Ending ending, double memory_gib);

std::string DetailsOf(const ExploreResult& result);
void PrintSummary(const ExploreResult& result);

// As a trace, made short, that breaks the rule again; or, should the script
// hold when it is run from its start, the script as it is: then going back is
// what went wrong.
// Of a crash or hang in the requests that empty the free memory, to tell states
// apart, `requests` are those: they are added to the script.
std::string ReportOf(const lockstep_port& port, const Findings::Broken& broken,
                     std::span<const Op> requests, std::string_view command,
                     bool is_in_process);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_EXPLORE_REPORT_H_
