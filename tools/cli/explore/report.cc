#include "tools/cli/explore/report.h"

#include <sys/resource.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

#include "models/judge/jury.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "tools/cli/console.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMiB = 1 << 20;

// Of the largest process so far: this one, or one that explored for it.
std::uint64_t PeakBytes() {
  std::uint64_t peak = 0;
  for (const int who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    peak = std::max(peak, static_cast<std::uint64_t>(usage.ru_maxrss) * 1024);
  }
  return peak;
}

std::string Rate(std::uint64_t states, double seconds) {
  const double rate = seconds > 0 ? static_cast<double>(states) / seconds : 0;
  return Text(Grouped(static_cast<std::uint64_t>(rate)), " states a second");
}

std::string_view InWords(Explorer::Ending ending) {
  switch (ending) {
    case Explorer::Ending::kComplete:
      return "all ";
    case Explorer::Ending::kStopped:
      return "interrupted; ";
    default:
      return "incomplete; ";
  }
}

nlohmann::ordered_json VerbsOf(const Tallies& tallies) {
  auto verbs = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < kVerbs; ++i) {
    if (tallies[i].done + tallies[i].refused == 0) continue;
    verbs[std::string(InfoOf(static_cast<Verb>(i)).word)] = {
        {"done", tallies[i].done}, {"refused", tallies[i].refused}};
  }
  return verbs;
}

}  // namespace

std::string Describe(std::string_view system, const Alphabet& alphabet) {
  std::string text(system);
  if (alphabet.region_bytes != 0) {
    text += Text(": a region of ", alphabet.region_bytes, " bytes");
  }
  std::string_view before = ", requests of ";
  for (const Op& op : alphabet.requests) {
    text += Text(before, op.bytes, " aligned to ",
                 std::uint64_t{1} << op.align_log2);
    before = ", ";
  }
  return Text(text, "; at most ", alphabet.slots, " live");
}

std::string Describe(std::string_view system, const Explorer::Progress& now,
                     double seconds) {
  return Text(system, ": ", Grouped(now.states), " states, frontier ",
              Grouped(now.frontier), " at depth ", now.depth, ", ",
              Rate(now.states, seconds), ", ", now.bytes / kMiB, " MiB");
}

Tried TriedIn(const Explorer::Progress& came) {
  const Tally& requests =
      came.tallies[static_cast<std::size_t>(Verb::kAllocate)];
  return {came.Transitions(), 0, requests.done, requests.refused};
}

std::string DetailsOf(const ExploreResult& result) {
  const Explorer::Progress& came = result.came;
  const nlohmann::ordered_json details = {
      {"go_back", result.go_back},      {"states", came.states},
      {"expanded", came.expanded},      {"depth", came.depth},
      {"verbs", VerbsOf(came.tallies)}, {"peak_bytes", PeakBytes()}};
  return details.dump();
}

void PrintSummary(const ExploreResult& result) {
  const Explorer::Progress& came = result.came;
  // Behind a report it is a comment: all of the output is a trace.
  std::cout << (result.IsViolated() ? "# " : "") << result.system << ": "
            << InWords(result.ending) << Grouped(came.states) << " states, "
            << Grouped(came.Transitions()) << " transitions, " << came.depth
            << " deep, " << InWords(TriedIn(came)) << ", "
            << Rate(came.states, result.seconds) << ", peak "
            << PeakBytes() / kMiB << " MiB, " << (result.IsViolated() ? 1 : 0)
            << " violations\n";
}

ExitCode CodeOf(Explorer::Ending ending) {
  switch (ending) {
    case Explorer::Ending::kComplete:
      return kHeld;
    case Explorer::Ending::kViolated:
      return kViolated;
    case Explorer::Ending::kStopped:
      return kInterrupted;
    default:
      return kBadInput;
  }
}

void SayWhatEnded(Explorer::Ending ending, double memory_gib) {
  if (ending == Explorer::Ending::kMostStates) {
    Complain("there are more states than --max-states allows");
  }
  if (ending == Explorer::Ending::kMostBytes) {
    Complain(
        Text("the states would not fit into --memory ", memory_gib, " GiB"));
  }
}

namespace {

// As many as a small system can serve, and then some.
constexpr std::uint32_t kMostRequests = 4096;

bool IsDeadly(const Violation& violation) {
  return violation.rule == kCrashRule.name || violation.rule == kHangRule.name;
}

// The script, and then one request after the other.
Script Emptied(Script script, Op request) {
  std::uint32_t slot = 0;
  for (const Op& op : script.ops) slot = std::max(slot, op.slot + 1);
  for (std::uint32_t i = 0; i < kMostRequests; ++i) {
    request.slot = slot + i;
    script.ops.push_back(request);
  }
  return script;
}

// Where going back to a state is what went wrong.
std::string ReportOfSnapshots(const lockstep_port& port,
                              const Findings::Broken& broken) {
  const Violation& came = broken.violation;
  return Text("# violation  ", kSnapshotsRule.name, ": ", kSnapshotsRule.claim,
              "\n# step       ", came.step + 1, " of ",
              broken.script.ops.size(),
              "\n# expected   as when it is run from its start: this script "
              "holds\n# came       after the state was put back, ",
              came.rule, ": expected ", came.expected, ", came ", came.came,
              "\n# The port keeps state elsewhere than LOCKSTEP_SNAPSHOTS "
              "says. --go-back replay does without.\n",
              Format({port.name, broken.script, {}}));
}

}  // namespace

std::string ReportOf(const lockstep_port& port, const Findings::Broken& broken,
                     std::span<const Op> requests, std::string_view command,
                     bool is_in_process) {
  const auto go_on = [](const Minimised&) { return !WasInterrupted(); };
  Jury jury(port, {.recording = false,
                   .program = ProgramName(),
                   .is_in_process = is_in_process,
                   .arguments = AsOption(port),
                   .go_on = go_on});
  const std::string found_by = Text("# found by   ", command, '\n');
  if (jury.TryInCell({port.name, broken.script, {}})) {
    return found_by + jury.Report(broken.script, broken.violation);
  }
  if (IsDeadly(broken.violation)) {
    for (const Op& request : requests) {
      const Script emptied = Emptied(broken.script, request);
      const Verdict verdict = jury.TryInCell({port.name, emptied, {}});
      if (!verdict) continue;
      return Text(found_by, "# It showed as a ", broken.violation.rule,
                  ", in the requests that tell states apart.\n",
                  jury.Report(emptied, *verdict));
    }
  }
  return found_by + ReportOfSnapshots(port, broken);
}

}  // namespace lockstep::suite
