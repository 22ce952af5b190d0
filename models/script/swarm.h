#ifndef LOCKSTEP_MODELS_SCRIPT_SWARM_H_
#define LOCKSTEP_MODELS_SCRIPT_SWARM_H_

// From plain numbers to scripts: every source that makes scripts up (random,
// fuzzers, properties) goes through here, so that all speak the same alphabet.
// Any numbers make a script.
//
// A swarm is what is switched on in one run: a subset of the verbs, of the
// classes of sizes and of alignments, a number of slots, a geometry of regions.
//   Complexity O(1) an op.
//   After      Groce et al., Swarm testing, ISSTA 2012.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/swarm_layouts.h"
#include "models/script/swarm_memory.h"

namespace lockstep::suite {

class Swarm {
 public:
  // Everything on; `bits` choose geometry and slots.
  static Swarm Whole(const lockstep_port& port, std::uint64_t bits);
  // A subset, and geometry and slots, by `bits` and `subset_bits`.
  static Swarm Part(const lockstep_port& port, std::uint64_t bits,
                    std::uint64_t subset_bits);
  // The same as Part, in an arena of many gigabytes of which little is touched:
  // regions and blocks may be larger than 4 GiB, and lie that far apart.
  static Swarm Sparse(const lockstep_port& port, std::uint64_t bits,
                      std::uint64_t subset_bits);
  // Everything on, in an arena that the ops give the regions of.
  static Swarm Over(const lockstep_port& port, ArenaSpec arena);

  ArenaSpec arena() const { return arena_; }
  std::uint32_t slots() const { return slots_; }
  // The ops that give the regions, to begin a script with.
  const std::vector<Op>& opening() const { return opening_; }

  Op Make(RawOp raw) const {
    Op op{.verb = VerbOf(raw), .slot = SlotOf(raw)};
    Complete(op, raw);
    return op;
  }
  // Its parts, for whoever decides by the slot which verb it is to be.
  Verb VerbOf(RawOp raw) const { return verbs_[raw.choice % kChoices]; }
  std::uint32_t SlotOf(RawOp raw) const {
    return static_cast<std::uint32_t>((raw.choice >> 8 & 0xFFFF) * slots_ >>
                                      16);
  }
  void Complete(Op& op, RawOp raw) const {
    layouts_.Choose(op, raw);
    if ((complete_verbs_ >> static_cast<unsigned>(op.verb) & 1) == 0) {
      Adapt(op, raw);
    }
  }

 private:
  static constexpr std::size_t kChoices = 256;

  Swarm(const lockstep_port& port, ArenaSpec arena, std::uint64_t bits,
        std::uint64_t subset_bits);

  // What only some verbs have, ports limit, or sources of memory change.
  void Adapt(Op& op, RawOp raw) const;
  void NoteCompleteVerbs();

  const lockstep_port& port_;
  const SwarmMemory& memory_;
  ArenaSpec arena_;
  SwarmLayouts layouts_;
  std::uint32_t slots_ = 0;
  std::vector<Op> opening_;
  // A bit for each verb that Complete would leave as it is.
  std::uint32_t complete_verbs_ = 0;
  std::array<Verb, kChoices> verbs_{};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_SWARM_H_
