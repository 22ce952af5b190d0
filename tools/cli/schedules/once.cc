#include "tools/cli/schedules/once.h"

#include "lockstep/port.h"
#include "models/cell/symbolizer.h"
#include "models/schedule/record.h"
#include "models/schedule/schedule_trial.h"
#include "models/schedule/slices.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/threads/stage.h"
#include "ports/library/library.h"
#include "tools/cli/scheduled_library.h"
#include "tools/cli/schedules/report.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {

const lockstep_port* PortForSchedules(const SystemChoice& choice,
                                      const Trace& trace) {
  const bool is_name = choice.malloc.path.empty() && !IsLibrary(choice.name);
  const lockstep_port* port = nullptr;
  if (is_name) {
    const auto found =
        FindScheduled(choice.name.empty() ? trace.component : choice.name);
    if (found) port = *found;
  } else {
    port = choice.PortOrComplain();
    if (!IsCompiledForSchedules(choice)) return nullptr;
  }
  return port != nullptr && IsForThreads(*port) ? port : nullptr;
}

bool NeedsFreshProcesses(const lockstep_port& port) {
  return (port.capabilities & (LOCKSTEP_OWN_MEMORY | LOCKSTEP_ONE_INSTANCE)) !=
         0;
}

RunOfSchedule RunSchedule(const lockstep_port& port, const Script& script) {
  StartSymbolizer();
  ScheduleTrial trial(port, NeedsFreshProcesses(port));
  const Verdict verdict = trial.RunAlone(script, {});
  RunOfSchedule run;
  if (verdict) run.violation = *verdict;
  run.slices = SlicesOf(script, trial.record().nodes(),
                        trial.ReadOutcomes(script.ops.size()));
  run.preemptions = PreemptionsIn(trial.record().nodes());
  run.tried = TriedIn(trial.counts());
  return run;
}

ScheduleFinding FindingOf(const RunOfSchedule& run, const Script& script) {
  ScheduleFinding found{.reduced = {},
                        .repeats = 1,
                        .runs = 1,
                        .slices = run.slices,
                        .is_given = true};
  found.reduced.script = script;
  found.reduced.violation = *run.violation;
  found.reduced.steps_before = script.ops.size();
  found.reduced.switches_before = script.switches.size();
  found.reduced.preemptions = run.preemptions;
  return found;
}

}  // namespace lockstep::suite
