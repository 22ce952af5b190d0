#ifndef LOCKSTEP_MODELS_SYSTEM_DEADLY_H_
#define LOCKSTEP_MODELS_SYSTEM_DEADLY_H_

// A call that is to end the process: it is made in a process of its own, a copy
// of this one, so that this one goes on as if nothing had been called.
//   Errors     kUnknown if there can be no further process.
//   Complexity O(pages of this process).

#include <cstdint>
#include <functional>
#include <optional>

#include "models/script/op.h"

namespace lockstep::suite {

// The wait status of a process of its own that does this work, and exits with
// what it returns; nothing if there can be none. The work may die: no handler of
// this process hears of it, and nothing that it says is seen.
std::optional<int> EndOfProcess(const std::function<int()>& work);

// How a process is to end: see death_signals in port.h.
struct Death {
  std::uint64_t signals = 0;
  int exit_code = 0;
};

// kInvalidParam, as if the call had been refused, if its process dies so. If the
// call comes back, what it returned. If the process ends in any other way, or
// takes more than a second, kUnknown.
Status StatusOfDeadly(Death death, const std::function<Status()>& call);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_DEADLY_H_
