#ifndef LOCKSTEP_MODELS_SCHEDULE_SCHEDULED_RUN_H_
#define LOCKSTEP_MODELS_SCHEDULE_SCHEDULED_RUN_H_

// A script with threads, run by a plan, and judged.
//   Rules      those of models/threads/judgement.h, and: deadlock, livelock.
//   Requires   a process in which no other thread runs. A deadlock or a livelock
//              ends it, once the verdict is on the board.
//   Complexity that of the stage and the scheduler.

#include <cstddef>
#include <functional>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/schedule/places.h"
#include "models/schedule/plan.h"
#include "models/schedule/record.h"
#include "models/schedule/scheduler.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/history.h"
#include "models/threads/judgement.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

class ScheduledRun {
 public:
  // The exit code of a process in which no thread can go on.
  static constexpr int kStopped = 88;

  // Gets the event of each step as soon as it is known.
  using OnEvent = std::function<void(const Event&)>;

  // All must outlive it.
  ScheduledRun(const lockstep_port& port, const Board& board,
               const Record& record, Places& places, OnEvent on_event);

  struct Came {
    Verdict verdict;
    History history;
    // The first node from which on the run repeats another; SIZE_MAX: none.
    std::size_t redundant_from = SIZE_MAX;
    // Whether places were found that threads share.
    bool has_found_places = false;
  };
  Came Run(const Script& script, const Plan& plan);
  void CountOrders(OrderCounts& counts) { judge_.CountOrders(counts); }

 private:
  void RunPhases(const Script& script, History& history);
  Event Perform(const Script& script, std::size_t step);

  const Board& board_;
  const Record& record_;
  Places& places_;
  Stage stage_;
  HistoryJudge judge_;
  OnEvent on_event_;
  Scheduler scheduler_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SCHEDULED_RUN_H_
