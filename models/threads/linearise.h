#ifndef LOCKSTEP_MODELS_THREADS_LINEARISE_H_
#define LOCKSTEP_MODELS_THREADS_LINEARISE_H_

// Whether the specification that the port claims to follow gives the outcomes
// of a history for some order of its ops, one after the other: linearizability
// (Herlihy and Wing 1990), by the search of Wing and Gong (1993), which
// remembers visited states as Lowe's does (2017).
//
//     |--a--|                 |--d--|          three segments: what overlaps is
//         |----b----|                          tried in every order that the stamps
//            |-c-|               |--e--|       allow, from every state that the
//     \______________/        \________/       segments before can have led to
//
// The search remembers each set of ops that were performed together with the
// state they led to. Another order of the same ops that leads to the same state
// need not be followed.
//   Rules      order; placement, if nothing has overlapped so far.
//   Not judged are histories without a specification, with several instances, or
//              with more ops that overlap than kMostOverlapping; and statistics
//              read while others are at work. `why_not` says so.
//   Complexity a step of the specification for each node; nodes are at most the
//              subsets of a segment times the states that are reached.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "models/system/model.h"
#include "models/threads/any_order.h"
#include "models/threads/history.h"

namespace lockstep::suite {

inline constexpr std::size_t kMostOverlapping = 16;
inline constexpr std::uint64_t kMostNodes = std::uint64_t{1} << 20;

struct Linearised {
  Verdict verdict;
  std::uint64_t nodes = 0;        // Of the search.
  std::string why_not;            // Why it was not judged; "" if it was.
  bool has_specification = true;  // To compare it with.
};

// `at_rest`: statistics that were read after the last op, if any were.
//   Requires   a history from its beginning.
Linearised Linearise(const Scene& scene, const History& history,
                     const std::optional<Statistics>& at_rest = {},
                     std::uint64_t most_nodes = kMostNodes);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_LINEARISE_H_
