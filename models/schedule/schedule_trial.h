#ifndef LOCKSTEP_MODELS_SCHEDULE_SCHEDULE_TRIAL_H_
#define LOCKSTEP_MODELS_SCHEDULE_SCHEDULE_TRIAL_H_

// Runs scripts by plans, in child processes, so that a crash or a deadlock is a
// verdict like any other, and the schedule that led to it is known.
//   Requires   no thread in this process but the caller.
//   Complexity one fork for each call of RunInCell, and one for each run where
//              runs are to be fresh.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/cell/child.h"
#include "models/schedule/depth_first.h"
#include "models/schedule/places.h"
#include "models/schedule/plan.h"
#include "models/schedule/record.h"
#include "models/schedule/scheduled_run.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/judgement.h"

namespace lockstep::suite {

// Totals of all runs.
struct ScheduleCounts {
  std::atomic<std::uint64_t> schedules{0};
  std::atomic<std::uint64_t> redundant{0};  // Those given up.
  std::atomic<std::uint64_t> points{0};
  std::atomic<std::uint64_t> accesses{0};  // Of the code under test, to memory.
  std::atomic<std::uint64_t> nodes{0};  // Points at which there was a choice.
  std::atomic<std::uint64_t> preemptions{0};
  std::atomic<std::uint64_t> longest{0};  // Nodes of a run, of one script.
  std::atomic<std::uint64_t> operations{0};
  std::atomic<std::uint64_t> skipped{0};
  std::atomic<std::uint64_t> served{0};
  std::atomic<std::uint64_t> refused{0};
  OrderCounts orders{};
};

class ScheduleTrial {
 public:
  using GoOn = std::function<bool()>;

  // The port must outlive it. `is_fresh`: each run has a process of its own, for
  // a port that keeps something in globals.
  ScheduleTrial(const lockstep_port& port, bool is_fresh);

  // Does work that calls Run, in a child of its own. `go_on` is asked ten times
  // a second: if it says no, the child is ended, and there is no verdict.
  Verdict RunInCell(const std::function<Verdict()>& work, const GoOn& go_on);
  // One run in a child of its own.
  Verdict RunAlone(const Script& script, const Plan& plan);

  // In a child: begins a script. Shared places are searched for anew.
  void Begin(const Script& script);
  struct Came {
    Verdict verdict;
    std::size_t redundant_from = SIZE_MAX;
    bool has_found_places = false;
  };
  Came Run(const Script& script, const Plan& plan);

  // In the parent, after a verdict: the script with the switches of the
  // schedule that led to it.
  Script ReadScript() const;

  // The outcomes of its steps in the last run, as far as that got.
  Outcomes ReadOutcomes(std::size_t steps) const;

  // For a search to say, from a child, which script it is at, and how many it
  // has done.
  std::atomic<std::uint64_t>& mark() const { return board_.mark(); }
  std::atomic<std::uint64_t>& count() const { return board_.count(); }
  const Record& record() const { return record_; }
  Places& places() { return places_; }
  ScheduleCounts& counts() const { return shared_->counts; }
  const lockstep_port& port() const { return port_; }
  void SetPatience(Patience patience) { patience_ = patience; }

 private:
  static constexpr std::size_t kMostOutcomes = 4096;
  struct Shared {
    ScheduleCounts counts;
    std::atomic<std::uint64_t> redundant_from;
    std::atomic<bool> has_found_places;
    std::atomic<bool> has_come_back;
    std::array<std::optional<Outcome>, kMostOutcomes> outcomes;
  };
  Came RunFresh(const Script& script, const Plan& plan);
  Came RunHere(const Script& script, const Plan& plan);

  const lockstep_port& port_;
  const bool is_fresh_;
  const Board board_;
  const Record record_;
  Places places_;
  SharedMemory memory_;
  Shared* const shared_;
  ScheduledRun run_;
  Patience patience_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SCHEDULE_TRIAL_H_
