#ifndef LOCKSTEP_MODELS_JUDGE_VARIANTS_H_
#define LOCKSTEP_MODELS_JUDGE_VARIANTS_H_

// Other scripts that may show what a script shows. Each is worth a run, and no
// more is known of it.

#include <cstddef>
#include <vector>

#include "models/script/op.h"

namespace lockstep::suite {

using Ops = std::vector<Op>;

// Without those from `start` up to `end`.
Ops Without(const Ops& ops, std::size_t start, std::size_t end);

// All requests are for no bytes, and unaligned.
Ops WithPlainRequests(Ops ops);

// b0, b1, ... in the order in which they are allocated: no slot is used twice.
Ops WithOwnSlots(Ops ops);

// Changed as a whole, for the sake of what can be deleted then: one region in
// place of several, all of the arena or its middle in place of a region, one
// layout for all requests, another layout for the last one.
std::vector<Ops> Wholesale(const Script& script);

// All scripts of up to four ops, and shorter than this one, that can be written
// with its verbs, a few openings (tiny regions among them) and a few layouts.
// The short ones come first; about `count` at most.
std::vector<Ops> ShortOnes(const Script& script, std::size_t count);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_VARIANTS_H_
