#ifndef LOCKSTEP_MODELS_SCHEDULE_SLICES_H_
#define LOCKSTEP_MODELS_SCHEDULE_SLICES_H_

// What happened in a run, in pieces that a person can look at.
//   Complexity O(nodes), and a look into the symbols for each switch.

#include <span>
#include <vector>

#include "models/schedule/record.h"
#include "models/schedule/slice.h"
#include "models/script/op.h"

namespace lockstep::suite {

// Of a run in which every access was a point. `outcomes` of its steps: null where
// a step did not come to its end.
std::vector<Slice> SlicesOf(const Script& script, std::span<const Node> nodes,
                            const Outcomes& outcomes);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SLICES_H_
