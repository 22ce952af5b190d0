#ifndef LOCKSTEP_MODELS_SCHEDULE_SLICES_H_
#define LOCKSTEP_MODELS_SCHEDULE_SLICES_H_

// The slices of a run, for people to look at.
//   Complexity O(nodes), and a look-up of a symbol for each switch.

#include <span>
#include <vector>

#include "models/schedule/record.h"
#include "models/schedule/slice.h"
#include "models/script/op.h"

namespace lockstep::suite {

// For a run in which every access was a point. `outcomes` has those of its
// steps: null where a step has not ended.
std::vector<Slice> SlicesOf(const Script& script, std::span<const Node> nodes,
                            const Outcomes& outcomes);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCHEDULE_SLICES_H_
