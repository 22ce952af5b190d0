#ifndef LOCKSTEP_MODELS_JUDGE_MINIMISE_H_
#define LOCKSTEP_MODELS_JUDGE_MINIMISE_H_

// A smaller script that breaks the same rule. Ops are deleted, and numbers made
// simpler, until no more can go. To get out of a minimum that is only a local
// one, pairs of ops are deleted, the script is changed as a whole (variants.h),
// and short scripts in the same words are tried.
// No script that did not break the rule is tried again.
//   Complexity O(n log n) to O(n^2) runs of up to n ops.
//   After      Zeller and Hildebrandt, Simplifying and isolating failure-
//              inducing input, 2002.

#include <cstddef>
#include <functional>
#include <string_view>

#include "models/cell/cell.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

// Why a script was not made short at all.
inline constexpr std::string_view kHeldAgain =
    "when the script was run again, it held";
inline constexpr std::string_view kHadNoTime = "it was given no time";

// Runs a script from a fresh state.
using Trial = Cell::Trial;

struct Minimised {
  Script script;
  Violation violation;
  std::size_t runs = 0;
  double seconds = 0;
  bool is_complete = true;  // False: a limit ended it, or go_on.
  // With one run, why it is as it was.
  std::string_view why_not = kHeldAgain;
};

// Asked before each run, with the best so far.
using GoOn = std::function<bool(const Minimised&)>;

struct MinimiseLimits {
  std::size_t runs = 100'000;
  double seconds = 10;
  GoOn go_on = nullptr;
  // False: a script that held may break the rule the next time, and may be tried
  // again.
  bool is_repeatable = true;
};

// Of a script that a trial found to break a rule, which counts as a run. All that
// is known of a script is what its trial says: ops behind the step may matter.
// If a second trial of the same script would not break the rule, the script stays
// as it is. A crash at another place is another finding, and not taken. What
// was found is never lost: when a limit is met, the best so far is the result.
Minimised Minimise(const Script& script, const Violation& violation,
                   const Trial& trial, MinimiseLimits limits = {});

// The same in a cell, so that scripts may crash, or have no end: that a call
// does not come back is then known sooner than elsewhere. In the end a process
// of its own makes sure of what was found; if it was not the script alone that
// broke the rule, all is done again with a process for each script. If a second
// trial holds, runs is 1, and the script as it was.
Minimised MinimiseInCell(const Script& script, const Violation& violation,
                         Cell& cell, MinimiseLimits limits = {});

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_MINIMISE_H_
