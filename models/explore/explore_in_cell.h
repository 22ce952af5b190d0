#ifndef LOCKSTEP_MODELS_EXPLORE_EXPLORE_IN_CELL_H_
#define LOCKSTEP_MODELS_EXPLORE_EXPLORE_IN_CELL_H_

// An exploration in a child process: what was being tried when the port crashed,
// or did not come back, is found out and is a violation like any other.
//   Complexity that of Explorer; a violation: one more run of a script a thread.

#include <functional>
#include <optional>

#include "lockstep/port.h"
#include "models/explore/alphabet.h"
#include "models/explore/explorer.h"
#include "models/explore/walker.h"

namespace lockstep::suite {

// What breaks the port while an alphabet is made for it, or null.
std::optional<Findings::Broken> TryMakeAlphabet(const lockstep_port& port,
                                                AlphabetOptions options);

struct Explored {
  Explorer::Ending ending = Explorer::Ending::kStopped;
  Explorer::Progress came;
  std::optional<Findings::Broken> broken;  // Of kViolated.
};

// The options get boards of their own. `go_on` is asked
// ten times a second.
Explored ExploreInCell(
    const lockstep_port& port, const Alphabet& alphabet,
    Explorer::Options options,
    const std::function<bool(const Explorer::Progress&)>& go_on);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_EXPLORE_IN_CELL_H_
