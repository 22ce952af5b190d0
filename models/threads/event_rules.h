#ifndef LOCKSTEP_MODELS_THREADS_EVENT_RULES_H_
#define LOCKSTEP_MODELS_THREADS_EVENT_RULES_H_

// What can be said of an event whatever else happened at the time.
//   Complexity O(what it is about).

#include <optional>

#include "lockstep/port.h"
#include "models/system/model.h"
#include "models/threads/history.h"

namespace lockstep::suite {

// What a port may answer.
//   Rules      status, accepted, detected.
Verdict JudgeStatus(const lockstep_port& port, const Event& event);

// What its client found in the blocks that it had, and was told of them. `held`
// is what its slot held before.
//   Rules      contents, zeroed, usable.
Verdict JudgeBytes(const Event& event, const std::optional<HeldBlock>& held);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_EVENT_RULES_H_
