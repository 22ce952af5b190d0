#ifndef LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_
#define LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_

// Judges a script that several threads have performed: its history, the state
// at its end, and the state when everything is freed and detached.
//   Rules      those of any_order.h, linearise.h and at_rest.h, and: audit.
//   Complexity that of these files, and a few calls of the port.

#include <atomic>
#include <cstdint>
#include <string>

#include "lockstep/port.h"
#include "models/judge/fresh_instance.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/history.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

// Of systems with a specification: histories that were compared with it, and those
// that were not, because too much overlapped.
struct OrderCounts {
  std::atomic<std::uint64_t> judged{0};
  std::atomic<std::uint64_t> not_judged{0};

  // A line; empty: all were judged.
  std::string InWords() const;
};

class HistoryJudge {
 public:
  // The port must outlive it.
  explicit HistoryJudge(const lockstep_port& port) : fresh_(port, nullptr) {}

  // Requires that no thread is running. It frees what is live on the stage.
  Verdict Judge(Stage& stage, const Script& script, const History& history);
  // Adds to these from now on; they must outlive this.
  void CountOrders(OrderCounts& counts) { orders_ = &counts; }

 private:
  struct Case;

  Verdict JudgeHistoryOf(const Case& its);
  Verdict JudgeRestOf(const Case& its);
  Verdict JudgeRestoredOf(Case& its);

  FreshInstance fresh_;
  OrderCounts* orders_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_
