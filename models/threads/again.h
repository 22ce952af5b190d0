#ifndef LOCKSTEP_MODELS_THREADS_AGAIN_H_
#define LOCKSTEP_MODELS_THREADS_AGAIN_H_

// Threads may not repeat what they did once. So this counts how often a script
// breaks a rule, and finds a shorter script that still does so often enough.
//   Complexity the given number of runs, and a fork for each that breaks a
//              rule.

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
  std::uint64_t came = 0;  // Runs that broke the rule.
  // ThreadTrial::Events of the last run that broke it.
  std::vector<std::string> events{};
};

// Runs a script that many times, or until `go_on`, which is asked ten times a
// second, says no. A run that is interrupted does not count.
Again RunAgain(ThreadTrial& trial, const Script& script, std::uint64_t seed,
               const Violation& violation, std::uint64_t runs,
               const std::function<bool()>& go_on);

// A smaller script that breaks the same rule in one of so many runs.
Minimised MinimiseOnThreads(ThreadTrial& trial, const Script& script,
                            std::uint64_t seed, const Violation& violation,
                            std::uint64_t runs, MinimiseLimits limits,
                            const std::function<bool()>& go_on);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_AGAIN_H_
