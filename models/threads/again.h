#ifndef LOCKSTEP_MODELS_THREADS_AGAIN_H_
#define LOCKSTEP_MODELS_THREADS_AGAIN_H_

// What threads did once they may not do again: how often a script breaks a rule,
// and a shorter one that still does, often enough.
//   Complexity so many runs, and a fork for each that breaks a rule.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/threads/thread_trial.h"

namespace lockstep::suite {

struct Again {
  std::uint64_t runs = 0;
  std::uint64_t came = 0;  // Those that broke the rule.
  // Of the last of these, what ThreadTrial::Events says.
  std::vector<std::string> events{};
};

// Runs a script so many times, or until `go_on`, asked ten times a second, says
// no; then the run that it is in does not count.
Again RunAgain(ThreadTrial& trial, const Script& script, std::uint64_t seed,
               const Violation& violation, std::uint64_t runs,
               const std::function<bool()>& go_on);

// A smaller script that breaks the same rule in one of so many runs.
Minimised MinimiseOnThreads(ThreadTrial& trial, const Script& script,
                            std::uint64_t seed, const Violation& violation,
                            std::uint64_t runs, const MinimiseLimits& limits,
                            const std::function<bool()>& go_on);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_AGAIN_H_
