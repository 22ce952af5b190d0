#ifndef LOCKSTEP_MODELS_EXPLORE_WALKER_H_
#define LOCKSTEP_MODELS_EXPLORE_WALKER_H_

// One of those who explore: goes to states, and tries every op of the alphabet
// in each, before the judges. It has a system and models of its own, for a
// thread of its own.
//   Complexity Expand O(ops * (Restore + a judged op + a key)), and as many
//              steps as lie between a state and the one before it.

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/explore/alphabet.h"
#include "models/explore/state_key.h"
#include "models/explore/state_set.h"
#include "models/explore/state_tree.h"
#include "models/explore/wiping.h"
#include "models/judge/lockstep.h"
#include "models/script/op.h"
#include "models/shadow/shadow.h"
#include "models/spec/placement.h"
#include "models/system/model.h"

namespace lockstep::suite {

// Of a verb: how often it was done, and how often refused.
struct Tally {
  std::uint64_t done = 0;
  std::uint64_t refused = 0;
};
using Tallies = std::array<Tally, kVerbs>;

// What was found in some states. Those states that were not known are in the
// order in which they were met, and may be the same several times.
struct Findings {
  struct Reached {
    StateTree::Id parent = 0;
    std::uint16_t op = 0;
    std::size_t key_bytes = 0;
    std::uint64_t hash = 0;
  };
  struct Broken {
    Script script;
    Violation violation;
  };
  std::vector<Reached> reached;
  std::string keys;  // One behind the other.
  Tallies tallies{};
  std::optional<Broken> broken;  // The first; nothing after it was tried.

  // Keeps the memory.
  void Clear() {
    reached.clear();
    keys.clear();
    tallies = {};
    broken.reset();
  }
};

class Walker {
 public:
  struct Options {
    Sameness sameness = Sameness::kAbstract;
    // Goes back by running a script again, not by a snapshot.
    bool replays = false;
  };

  // All must outlive it; tree and known stay as they are while it works. A board
  // is told what is being tried; it may be null.
  Walker(const lockstep_port& port, const Alphabet& alphabet, Options options,
         const StateTree& tree, const StateSet& known,
         const Board* board = nullptr);

  // The key of the root.
  std::string Root(Findings& findings);

  // Requires all states on the way to it to have been expanded. What it finds may
  // be added to the findings of later states only, or when all are settled.
  void Expand(StateTree::Id id, Findings& findings);
  // Requires the same findings as before.
  void Settle(Findings& findings);

 private:
  // So many states that were reached are looked up at once: what is to be looked
  // at comes from memory for all of them together.
  static constexpr std::size_t kPending = 64;

  struct Frame {
    StateTree::Id id = 0;
    Lockstep::Snapshot snapshot;
  };

  // What follows returns false once something is violated.
  bool GoTo(StateTree::Id id, Findings& findings);
  bool Open(Findings& findings);
  bool GoBack(Findings& findings);
  Verdict Step(const Op& op);
  // And checks all there is.
  bool Do(const Op& op, Findings& findings);
  bool Repeat(const Op& op, Findings& findings);
  void Choose();
  bool Try(std::uint16_t index, Findings& findings);
  bool TryEchoes(const Op& op, Findings& findings);
  bool TryEnd(const Op& op, Findings& findings);
  bool Note(std::uint16_t index, Findings& findings);
  bool Break(const Violation& violation, Findings& findings);

  std::string_view Key(const std::function<bool()>& go_there);
  std::vector<Model*> Models();
  void Push(StateTree::Id id);
  // An op of the alphabet as it is tried in the state that the system is in.
  Op Aimed(std::uint16_t index) const;

  const Alphabet& alphabet_;
  Options options_;
  const StateTree& tree_;
  const StateSet& known_;
  const Board* board_;
  Shadow shadow_;
  Placement placement_;
  Wiping wiping_;
  Lockstep lockstep_;
  StateKeys keys_;
  std::vector<Findings::Reached> pending_;  // Not looked up yet,
  std::string pending_keys_;                // nor are their keys.
  std::vector<Frame> frames_;               // From the root to the state.
  std::size_t depth_ = 0;                   // How many of them count.
  StateTree::Id at_ = 0;                    // The state that is expanded.
  std::vector<std::uint16_t> chosen_;  // The ops that have something to act on.
  std::vector<StateTree::Id> path_;
  Script script_;          // What led to where the system is,
  std::size_t steps_ = 0;  // and how much of it to the state.
  bool is_moved_ = false;  // Whether the system may be elsewhere.
  bool was_done_ = false;  // The last op.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_WALKER_H_
