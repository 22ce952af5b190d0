#ifndef LOCKSTEP_TESTS_EXPLORE_HIDING_PORTS_H_
#define LOCKSTEP_TESTS_EXPLORE_HIDING_PORTS_H_

// Ports with state that an exploration has to know of, and does not see in what
// is live.

#include "lockstep/port.h"

namespace lockstep::suite {

// Promises LOCKSTEP_SNAPSHOTS, but counts allocations in a static variable, and
// refuses all after the hundredth of an instance.
lockstep_port HidingPort();

// Counts them in its state, as it should, and refuses all after the ninth.
lockstep_port TiringPort();

// Where it refuses a request it has written to the byte before its region, and
// not to its state.
lockstep_port ScribblingPort();

// A request that it should refuse has no end.
lockstep_port HangingPort();

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_EXPLORE_HIDING_PORTS_H_
