#ifndef LOCKSTEP_PROPS_SEARCH_H_
#define LOCKSTEP_PROPS_SEARCH_H_

// RapidCheck, in search of a script that a trial does not survive.
//   Complexity cases * size ops, and most_shrinks runs to shrink what was found.
//   After      Claessen and Hughes, QuickCheck, ICFP 2000.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "lockstep/port.h"
#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/system/model.h"

namespace lockstep::suite {

struct SearchParams {
  std::uint64_t seed = 0;
  int cases = 100;
  int size = 100;  // The longest script, in ops, its opening not counted.
  // RapidCheck begins again with the largest pieces after each success. Where so
  // many runs do not suffice, Minimise needs fewer for the rest.
  std::size_t most_shrinks = 200;
};

struct Found {
  Script first;   // As it was made up.
  Script script;  // As RapidCheck left it: it breaks the same rule.
  Violation violation;
  std::size_t runs = 0;  // Of the trial, to shrink it.
};

// Nothing if all cases hold.
std::optional<Found> Search(const lockstep_port& port, const Trial& trial,
                            const SearchParams& params);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_SEARCH_H_
