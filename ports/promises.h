#ifndef LOCKSTEP_PORTS_PROMISES_H_
#define LOCKSTEP_PORTS_PROMISES_H_

// The bits of lockstep_capabilities, by name.

#include <algorithm>
#include <array>
#include <string_view>

#include "lockstep/port.h"

namespace lockstep::suite {

struct Promise {
  std::string_view name;  // As in port.h, without LOCKSTEP_ in front.
  lockstep_capabilities bits;
  bool is_promise = true;  // False: it says how a port is.
};

inline constexpr std::array kPromises = {
    Promise{"FITS_AGAIN", LOCKSTEP_FITS_AGAIN},
    Promise{"COALESCES", LOCKSTEP_COALESCES},
    Promise{"RESTORES", LOCKSTEP_RESTORES},
    Promise{"COUNTS_REQUESTED", LOCKSTEP_COUNTS_REQUESTED},
    Promise{"SNAPSHOTS", LOCKSTEP_SNAPSHOTS},
    Promise{"SERVES_WHILE_PROVIDED", LOCKSTEP_SERVES_WHILE_PROVIDED},
    Promise{"OWN_MEMORY", LOCKSTEP_OWN_MEMORY, false},
    Promise{"REALLOCATES_ALIGN", LOCKSTEP_REALLOCATES_ALIGN},
    Promise{"REALLOCATES_NULL", LOCKSTEP_REALLOCATES_NULL},
    Promise{"REALLOCATES_TO_ZERO", LOCKSTEP_REALLOCATES_TO_ZERO},
    Promise{"ZEROES_FROM_USABLE", LOCKSTEP_ZEROES_FROM_USABLE, false},
    Promise{"RESIZE_SHRINKS", LOCKSTEP_RESIZE_SHRINKS},
    Promise{"RESIZE_GROWS", LOCKSTEP_RESIZE_GROWS},
    Promise{"SERVES_SOME", LOCKSTEP_SERVES_SOME, false},
    Promise{"JOINS_REGIONS", LOCKSTEP_JOINS_REGIONS},
    Promise{"COUNTS_OVERHEAD", LOCKSTEP_COUNTS_OVERHEAD, false},
    Promise{"TRIM_RETURNS", LOCKSTEP_TRIM_RETURNS},
    Promise{"ONE_INSTANCE", LOCKSTEP_ONE_INSTANCE, false},
    Promise{"THREAD_SAFE", LOCKSTEP_THREAD_SAFE},
    Promise{"THREADS_APART", LOCKSTEP_THREADS_APART},
    Promise{"FREES_ELSEWHERE", LOCKSTEP_FREES_ELSEWHERE},
    Promise{"SURVIVES_FORK", LOCKSTEP_SURVIVES_FORK},
    Promise{"DETECTS_NULL", LOCKSTEP_DETECTS_NULL},
    Promise{"DETECTS_FOREIGN", LOCKSTEP_DETECTS_FOREIGN},
    Promise{"DETECTS_INTERIOR", LOCKSTEP_DETECTS_INTERIOR},
    Promise{"DETECTS_FREE_AGAIN_AT_ONCE", LOCKSTEP_DETECTS_FREE_AGAIN_AT_ONCE},
    Promise{"DETECTS_FREE_AGAIN", LOCKSTEP_DETECTS_FREE_AGAIN},
    Promise{"DETECTS_IMPOSSIBLE_LAYOUT", LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT},
    Promise{"DETECTS_OVERLAP", LOCKSTEP_DETECTS_OVERLAP},
    Promise{"DETECTS_BAD_REGION", LOCKSTEP_DETECTS_BAD_REGION},
    Promise{"DETECTS_SECOND_INIT", LOCKSTEP_DETECTS_SECOND_INIT},
    Promise{"DETECTS_USE_BEFORE_INIT", LOCKSTEP_DETECTS_USE_BEFORE_INIT},
    Promise{"DETECTS_OTHER_LAYOUT", LOCKSTEP_DETECTS_OTHER_LAYOUT},
    Promise{"DIES_OF_NULL", LOCKSTEP_DIES_OF_NULL},
    Promise{"DIES_OF_FOREIGN", LOCKSTEP_DIES_OF_FOREIGN},
    Promise{"DIES_OF_INTERIOR", LOCKSTEP_DIES_OF_INTERIOR},
    Promise{"DIES_OF_FREE_AGAIN_AT_ONCE", LOCKSTEP_DIES_OF_FREE_AGAIN_AT_ONCE},
    Promise{"DIES_OF_FREE_AGAIN", LOCKSTEP_DIES_OF_FREE_AGAIN},
    Promise{"DIES_OF_IMPOSSIBLE_LAYOUT", LOCKSTEP_DIES_OF_IMPOSSIBLE_LAYOUT},
    Promise{"DIES_OF_OTHER_LAYOUT", LOCKSTEP_DIES_OF_OTHER_LAYOUT},
};

// With LOCKSTEP_ in front or without. Null: there is none.
constexpr const Promise* FindPromise(std::string_view name) {
  constexpr std::string_view kPrefix = "LOCKSTEP_";
  if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
  const auto* const found = std::ranges::find(kPromises, name, &Promise::name);
  return found == kPromises.end() ? nullptr : found;
}

// "": several bits, or none that has a name.
constexpr std::string_view NameOf(lockstep_capabilities bits) {
  const auto* const found = std::ranges::find(kPromises, bits, &Promise::bits);
  return found == kPromises.end() ? "" : found->name;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_PROMISES_H_
