#ifndef LOCKSTEP_PROPS_RELATE_H_
#define LOCKSTEP_PROPS_RELATE_H_

// What laws are made of: other scripts made from a script, and a comparison of
// what came of both.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "props/lab.h"
#include "props/law.h"

namespace lockstep::suite {

using Ops = std::vector<Op>;

// Promises that laws need.
bool Has(const lockstep_port& port, lockstep_capabilities bits);
bool IsPlaced(const lockstep_port& port);
bool Pulls(const lockstep_port& port);
// So that the same calls have the same outcomes.
bool IsRepeatable(const lockstep_port& port);
// As large as any arena here.
bool ServesLargeSpans(const lockstep_port& port);

// For a law's check, which leaves the rule to its caller.
Verdict Broken(std::size_t step, std::string expected, std::string came);

enum class Mind { kOutcomes, kStatisticsToo };

// Of one op in two runs; skipped in both is the same.
Verdict Differ(const Op& op, std::size_t step, const Outcome& expected,
               const Outcome& came, Mind mind);
// Of the same ops in two runs.
Verdict FirstDifference(const Ops& ops, const std::vector<Outcome>& expected,
                        const std::vector<Outcome>& came, Mind mind);

template <class Predicate>
Ops Without(const Ops& ops, Predicate is_dropped) {
  Ops kept;
  for (const Op& op : ops) {
    if (!is_dropped(op)) kept.push_back(op);
  }
  return kept;
}

bool IsQuery(const Op& op);
bool IsRegion(const Op& op);
// Whether some memory may be free after it that was not before.
bool Frees(const Op& op);

// Of the ops that give a region those only that can neither touch nor overlap
// one before them: a buddy merges across a seam when it frees, not before.
Ops WithoutSeams(const Ops& ops);

bool HasLayout(const Op& op);

// A request for the layout of an op, into a slot that no script names.
Op RequestLike(const Op& op);

// What the law asks for in the state that the script leads to: the layout that
// is written in its last op with one; 1 byte without one.
Op RequestOf(const Ops& ops, std::size_t from_end = 0);

// With every power of two from the largest down, as often as it is served:
// how often.
std::vector<std::size_t> Drain(Subject& subject);

std::string Listed(std::span<const std::size_t> numbers);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_RELATE_H_
