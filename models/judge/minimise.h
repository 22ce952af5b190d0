#ifndef LOCKSTEP_MODELS_JUDGE_MINIMISE_H_
#define LOCKSTEP_MODELS_JUDGE_MINIMISE_H_

// A smaller script that breaks the same rule. Ops are deleted, and numbers made
// simpler, until no more can go. To get out of a minimum that is only a local
// one, pairs of ops are deleted, the script is changed as a whole (variants.h),
// and short scripts in the same words are tried.
//   Complexity O(n log n) to O(n^2) runs of up to n ops.
//   After      Zeller and Hildebrandt, Simplifying and isolating failure-
//              inducing input, 2002.

#include <cstddef>
#include <functional>

#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

// Runs a script from a fresh state.
using Trial = std::function<Verdict(const Script&)>;

struct Minimised {
  Script script;
  Violation violation;
  std::size_t runs = 0;
};

// Of a script that a trial found to break a rule, which counts as a run. All that
// is known of a script is what its trial says: ops behind the step may matter.
// If a second trial of the same script would not break the rule, the script stays
// as it is. Gives up improving after `max_runs`.
Minimised Minimise(const Script& script, const Violation& violation,
                   const Trial& trial, std::size_t max_runs = 100'000);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_MINIMISE_H_
