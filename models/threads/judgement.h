#ifndef LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_
#define LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/history.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

// What is wrong with a history, or with the stage that it left behind. No thread
// is at work.
Verdict Judge(Stage& stage, const Script& script, const History& history);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_JUDGEMENT_H_
