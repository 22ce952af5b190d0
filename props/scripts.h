#ifndef LOCKSTEP_PROPS_SCRIPTS_H_
#define LOCKSTEP_PROPS_SCRIPTS_H_

// Scripts for RapidCheck: made by the swarm, as everybody's are. Every op is
// legal, so that a smaller script is one with ops left out, or with smaller
// numbers in them.
//   Units      RapidCheck's size is the number of ops, at most.
//   Complexity O(size) to make; a script of n ops has O(n) smaller ones, each
//              O(n).

#include <rapidcheck/Gen.h>

#include "lockstep/port.h"
#include "models/script/op.h"

namespace lockstep::suite {

// The port must outlive it.
rc::Gen<Script> ScriptsFor(const lockstep_port& port);

// Kinds of smaller script, the boldest first.
rc::Seq<Script> Smaller(const Script& script);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PROPS_SCRIPTS_H_
