#ifndef LOCKSTEP_TESTS_EXPLORE_EXPLORED_H_
#define LOCKSTEP_TESTS_EXPLORE_EXPLORED_H_

// Explorations for tests, by one call.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <ostream>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/explore/alphabet.h"
#include "models/explore/explorer.h"
#include "models/explore/walker.h"
#include "models/script/op.h"

namespace lockstep::suite {

struct Explored {
  Explorer::Ending ending = Explorer::Ending::kStopped;
  Explorer::Progress progress;
  std::optional<Findings::Broken> broken;

  Tally Of(Verb verb) const {
    return progress.tallies[static_cast<std::size_t>(verb)];
  }
};

inline bool operator==(const Tally& one, const Tally& other) {
  return one.done == other.done && one.refused == other.refused;
}

inline void PrintTo(const Tally& tally, std::ostream* out) {
  *out << tally.done << " done, " << tally.refused << " refused";
}

inline Explored Explore(const lockstep_port& port,
                        const AlphabetOptions& alphabet_options,
                        Explorer::Options options) {
  Explored explored;
  const auto alphabet = MakeAlphabet(port, alphabet_options);
  EXPECT_TRUE(alphabet) << alphabet.error();
  if (!alphabet) return explored;
  Explorer explorer(port, *alphabet, options);
  explored.ending =
      explorer.Run([](const Explorer::Progress&) { return true; });
  explored.progress = explorer.progress();
  if (explored.ending == Explorer::Ending::kViolated) {
    explored.broken = explorer.broken();
  }
  return explored;
}

// What all of it must be if nothing was violated and nothing left out.
inline void ExpectComplete(const Explored& explored) {
  EXPECT_EQ(explored.ending, Explorer::Ending::kComplete);
  EXPECT_EQ(explored.progress.expanded, explored.progress.states);
  if (!explored.broken) return;
  const Violation& violation = explored.broken->violation;
  ADD_FAILURE() << violation.rule << ": expected " << violation.expected
                << ", came " << violation.came;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_EXPLORE_EXPLORED_H_
