#ifndef LOCKSTEP_MODELS_EXPLORE_EXPLORER_H_
#define LOCKSTEP_MODELS_EXPLORE_EXPLORER_H_

// Breadth-first over the states of a system: every op of an alphabet is tried,
// before all models, in every state that can be reached, until no state is new.
// What is found does not depend on the number of threads.
//   Requires   a port that promises LOCKSTEP_SNAPSHOTS, or `replays`; several
//              instances of it may work at once, on a thread each.
//   Errors     a violation comes with a script of the alphabet that leads to it,
//              at most an op longer than the shortest.
//   Complexity see Walker; memory: see StateSet and StateTree.

#include <array>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/explore/alphabet.h"
#include "models/explore/state_key.h"
#include "models/explore/state_set.h"
#include "models/explore/state_tree.h"
#include "models/explore/walker.h"

namespace lockstep::suite {

class Explorer {
 public:
  struct Options {
    Sameness sameness = Sameness::kAbstract;
    // See Walker. With AddressSanitizer it always does.
    bool replays = false;
    unsigned threads = 1;  // kBytes: one.
    std::uint64_t most_states = StateTree::kMostStates;
    // Of states and what is found of them; a system for each thread comes on
    // top.
    std::uint64_t most_bytes = UINT64_MAX;
    // One for each thread, which is told what is being tried; or none.
    std::vector<const Board*> boards{};
  };

  enum class Ending : std::uint8_t {
    kComplete,
    kViolated,
    kMostStates,
    kMostBytes,
    kStopped,
  };

  // How far it has come. A level is what is as many ops from the root.
  struct Progress {
    std::uint64_t states = 1;
    std::uint64_t expanded = 0;
    std::uint64_t frontier = 0;  // Of this level, or the next, to be expanded.
    std::size_t depth = 0;       // How many ops from the root that is.
    std::uint64_t bytes = 0;
    Tallies tallies{};

    std::uint64_t Transitions() const;
  };

  // Port and alphabet must outlive it.
  Explorer(const lockstep_port& port, const Alphabet& alphabet,
           Options options);

  // Once. `go_on` is asked every so often.
  Ending Run(const std::function<bool(const Progress&)>& go_on);

  const Progress& progress() const { return progress_; }
  // Of kViolated.
  const Findings::Broken& broken() const { return *broken_; }

 private:
  // A job begins once those before it have begun. False ends its own thread.
  using Work = std::function<bool(std::size_t job, Walker& walker)>;
  // What the first of the jobs threw that did; there may be none.
  struct Thrown {
    std::size_t job = SIZE_MAX;
    std::exception_ptr what;
  };
  Thrown OnAllThreads(std::size_t jobs, const Work& work);
  void Expand(StateTree::Id first, StateTree::Id last);
  void Enter(std::size_t shard);
  bool Collect();
  std::uint64_t Bytes() const;
  std::optional<Ending> LimitReached() const;

  Options options_;
  StateTree tree_;
  StateSet known_;
  std::vector<std::unique_ptr<Walker>> walkers_;
  std::vector<Findings> findings_;  // Of the chunks of a batch.
  // What was reached in them that belongs into a shard.
  struct alignas(64) Entering {
    std::vector<std::string_view> keys;
    std::vector<std::uint64_t> hashes;
    std::vector<bool> are_new;
  };
  std::array<Entering, StateSet::kShards> entering_;
  Progress progress_;
  std::optional<Findings::Broken> broken_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_EXPLORER_H_
