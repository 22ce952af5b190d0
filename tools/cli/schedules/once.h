#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULES_ONCE_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULES_ONCE_H_

// One run of a schedule, for commands that show it.

#include <cstddef>
#include <optional>
#include <vector>

#include "lockstep/port.h"
#include "models/schedule/slice.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/system/tried.h"
#include "tools/cli/schedules/report.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {

// The system that was chosen, or that the trace names, compiled for schedules;
// null if there is no such port.
//   Requires  a choice, if there is one, for which PortOrComplain finds a port.
const lockstep_port* PortForSchedules(const SystemChoice& choice,
                                      const Trace& trace);

// Whether it keeps state beyond destroy(), so that each run must have a process
// of its own.
bool NeedsFreshProcesses(const lockstep_port& port);

struct RunOfSchedule {
  std::optional<Violation> violation{};
  std::vector<Slice> slices{};  // In the order in which they ran.
  std::size_t preemptions = 0;
  Tried tried{};
};

// Requires in this process no thread but the one that calls.
RunOfSchedule RunSchedule(const lockstep_port& port, const Script& script);

// The finding of a run that broke a rule.
ScheduleFinding FindingOf(const RunOfSchedule& run, const Script& script);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULES_ONCE_H_
