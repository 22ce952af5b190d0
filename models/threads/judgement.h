#ifndef LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_
#define LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_

// Judges a script that several threads have performed: its history, the state
// at its end, and the state when everything is freed and detached.
//   Rules      those of any_order.h, linearise.h and at_rest.h, and: audit.
//   Complexity that of these files, and a few calls of the port.

#include <cstdint>

#include "lockstep/port.h"
#include "models/judge/fresh_instance.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/history.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

class HistoryJudge {
 public:
  // The port must outlive it.
  explicit HistoryJudge(const lockstep_port& port) : fresh_(port, nullptr) {}

  // Requires that no thread is running. It frees what is live on the stage.
  Verdict Judge(Stage& stage, const Script& script, const History& history);

 private:
  struct Case;

  Verdict JudgeHistoryOf(const Case& its);
  Verdict JudgeRestOf(const Case& its);
  Verdict JudgeRestoredOf(Case& its);

  FreshInstance fresh_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_
