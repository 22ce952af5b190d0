#include "models/schedule/schedule_trial.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <new>
#include <system_error>

namespace lockstep::suite {
namespace {

// Threads that run one at a time hand over faster if they need not wake another
// processor.
void StayOnOneProcessor() {
  const int processor = sched_getcpu();
  if (processor < 0) return;
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(static_cast<std::size_t>(processor), &set);
  (void)sched_setaffinity(0, sizeof(set), &set);
}

}  // namespace

ScheduleTrial::ScheduleTrial(const lockstep_port& port, bool is_fresh)
    : port_(port),
      is_fresh_(is_fresh),
      memory_(sizeof(Shared)),
      shared_(new(memory_.data()) Shared()),
      run_(port, board_, record_, places_, [this](const Event& event) {
        if (event.step < kMostOutcomes) {
          shared_->outcomes[event.step] = event.outcome;
        }
      }) {
  run_.CountOrders(shared_->counts.orders);
}

Verdict ScheduleTrial::RunInCell(const std::function<Verdict()>& work,
                                 const GoOn& go_on) {
  board_.Write(Verdict());
  const std::array<const Board*, 1> boards = {&board_};
  Child child(boards, [&](Child&) {
    StayOnOneProcessor();
    board_.Write(work());
  });
  Child::State state = Child::State::kRunning;
  while (state == Child::State::kRunning) {
    if (!go_on()) return std::nullopt;
    state = child.Wait(patience_, Child::kLookSeconds);
  }
  if (state == Child::State::kReturned) return board_.ReadVerdict();
  // No thread could go on, and the child wrote a verdict before it ended.
  if (Verdict stopped = board_.ReadVerdict()) return stopped;
  return child.Describe(state, board_);
}

Verdict ScheduleTrial::RunAlone(const Script& script, const Plan& plan) {
  return RunInCell(
      [&] {
        board_.Write(script);
        places_.ShareAll(true);
        return RunHere(script, plan).verdict;
      },
      [] { return true; });
}

void ScheduleTrial::Begin(const Script& script) {
  board_.Write(script);
  places_.Clear();
  shared_->counts.longest = 0;
}

Script ScheduleTrial::ReadScript() const {
  Script script = board_.ReadScript();
  script.switches = SwitchesOf(record_.nodes());
  return script;
}

Outcomes ScheduleTrial::ReadOutcomes(std::size_t steps) const {
  Outcomes outcomes(steps);
  std::copy_n(shared_->outcomes.begin(), std::min(steps, kMostOutcomes),
              outcomes.begin());
  return outcomes;
}

ScheduleTrial::Came ScheduleTrial::Run(const Script& script, const Plan& plan) {
  Came came = is_fresh_ ? RunFresh(script, plan) : RunHere(script, plan);
  ScheduleCounts& counts = shared_->counts;
  const std::uint64_t nodes = record_.nodes().size();
  ++counts.schedules;
  if (came.redundant_from != SIZE_MAX) ++counts.redundant;
  counts.points += record_.points();
  counts.accesses += record_.accesses();
  counts.nodes += nodes;
  counts.preemptions += PreemptionsIn(record_.nodes());
  counts.longest = std::max<std::uint64_t>(counts.longest, nodes);
  return came;
}

ScheduleTrial::Came ScheduleTrial::RunHere(const Script& script,
                                           const Plan& plan) {
  std::fill_n(shared_->outcomes.begin(),
              std::min(script.ops.size(), kMostOutcomes), std::nullopt);
  ScheduledRun::Came came = run_.Run(script, plan);
  ScheduleCounts& counts = shared_->counts;
  for (const Event& event : came.history) {
    const Status status = event.outcome.status;
    ++(status == Status::kSkipped ? counts.skipped : counts.operations);
    if (status == Status::kSkipped || !IsRequest(event.op.verb)) continue;
    ++(status == Status::kOk ? counts.served : counts.refused);
  }
  return {std::move(came.verdict), came.redundant_from, came.has_found_places};
}

// If the child dies, this process repeats the run and dies as well, because its
// own parent can describe how.
ScheduleTrial::Came ScheduleTrial::RunFresh(const Script& script,
                                            const Plan& plan) {
  shared_->has_come_back = false;
  const pid_t pid = fork();
  if (pid < 0) {
    throw std::system_error(errno, std::generic_category(),
                            "no process for a run");
  }
  if (pid == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    const Came came = RunHere(script, plan);
    board_.Write(came.verdict);
    shared_->redundant_from = came.redundant_from;
    shared_->has_found_places = came.has_found_places;
    shared_->has_come_back = true;
    _exit(0);
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (shared_->has_come_back) {
    return {board_.ReadVerdict(),
            static_cast<std::size_t>(shared_->redundant_from),
            shared_->has_found_places};
  }
  if (WIFEXITED(status)) _exit(WEXITSTATUS(status));
  return RunHere(script, plan);
}

}  // namespace lockstep::suite
