#ifndef LOCKSTEP_MODELS_SCRIPT_RANDOM_SCRIPTS_H_
#define LOCKSTEP_MODELS_SCRIPT_RANDOM_SCRIPTS_H_

// Random scripts for a system. The same seed gives the same script, on every
// machine.
//   Complexity O(ops).

#include <cstddef>
#include <cstdint>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/split_mix.h"
#include "models/script/swarm.h"
#include "models/script/swarm_memory.h"

namespace lockstep::suite {

class RandomScripts {
 public:
  // With is_swarm each script has only some of the verbs and classes on; with
  // is_sparse, in an arena of gigabytes.
  RandomScripts(const lockstep_port& port, std::size_t ops_per_script,
                bool is_swarm, bool is_sparse = false)
      : port_(port),
        ops_per_script_(ops_per_script),
        is_swarm_(is_swarm),
        is_sparse_(is_sparse) {}

  // Valid until the next call.
  const Script& Make(std::uint64_t seed);

 private:
  void NoteRegion(const Op& op);
  void NoteBatch(const Op& op);
  // An op that has something to act on, if all went as expected so far.
  void MakeAt(Op* op, const Swarm& swarm, SplitMix& random);
  void FitOther(Op& op, RawOp raw);
  // The same for an op that needs a live block, or, as zalloc, an empty slot: where
  // that is not expected, it becomes an allocation or a free.
  void FitToBlock(Op& op);
  // The op gives a short region directly behind the last one.
  void MakeTouching(Op& op, std::uint64_t number) const;

  const lockstep_port& port_;
  std::size_t ops_per_script_;
  bool is_swarm_;
  bool is_sparse_;
  Script script_;
  // As it would be if all went well.
  std::vector<std::uint8_t> is_held_;  // A byte each: they are asked for often.
  std::vector<Op> regions_;
  std::uint32_t last_freed_ = 0;  // A slot.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SCRIPT_RANDOM_SCRIPTS_H_
