#ifndef LOCKSTEP_MODELS_THREADS_EVENT_RULES_H_
#define LOCKSTEP_MODELS_THREADS_EVENT_RULES_H_

// Rules for one event, whatever else happened at the time.
//   Complexity O(what it is about).

#include <optional>

#include "lockstep/port.h"
#include "models/system/model.h"
#include "models/threads/history.h"

namespace lockstep::suite {

// The statuses that a port may return.
//   Rules      status, accepted, detected.
Verdict JudgeStatus(const lockstep_port& port, const Event& event);

// What the client found in its blocks, and what the port said about them.
// `held` is what the slot held before.
//   Rules      contents, zeroed, usable.
Verdict JudgeBytes(const Event& event, const std::optional<HeldBlock>& held);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_EVENT_RULES_H_
