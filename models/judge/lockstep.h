#ifndef LOCKSTEP_MODELS_JUDGE_LOCKSTEP_H_
#define LOCKSTEP_MODELS_JUDGE_LOCKSTEP_H_

// Runs scripts on one system with any number of models in step. It neither
// prints nor aborts: it returns the first violation.
//   Rules      those of the models, and: audit, restored.
//   Complexity that of the models an op, and a Check of O(live + the port's
//              audit) every check_every ops.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "lockstep/port.h"
#include "models/judge/fresh_instance.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/system/system.h"
#include "models/system/tried.h"
#include "models/system/witness.h"

namespace lockstep::suite {

class Lockstep {
 public:
  // Port and models must outlive it. Models are asked in the order given.
  // After every check_every-th op, and at the end, the port's audit runs and
  // all live blocks are looked at. The witness is told of every step; null: one
  // of its own.
  Lockstep(const lockstep_port& port, std::vector<Model*> models,
           std::size_t check_every = 1, Witness* witness = nullptr);

  // Begin, with junk of the script's own, every op of it, Finish; and if all
  // holds, the end of the instance.
  Verdict Run(const Script& script);

  // A fresh system with empty slots; see System.
  void Begin(ArenaSpec arena, std::uint64_t junk = 0);
  Verdict Step(const Op& op);
  // The audit and a look at all live blocks, whenever the next is due.
  Verdict Check();
  // Frees all that is live, and checks what the port promised of that.
  Verdict Finish();

  // A point of a script, to go back to: the system and all that the models know.
  // Requires a port that promises LOCKSTEP_SNAPSHOTS; valid until the next Begin.
  struct Snapshot {
    System::Snapshot system;
    std::vector<std::unique_ptr<Memory>> memories;  // One of each model.
    std::size_t step = 0;
  };
  void Save(Snapshot& into) const;
  void Restore(const Snapshot& snapshot);

  // A debugger is called before the step with this number.
  void BreakAt(std::optional<std::size_t> step) {
    break_at_ = step.value_or(kNever);
  }

  // Of the ops of scripts, since construction; what Finish does is judged, but
  // not counted.
  const Tried& tried() const { return system_.witness().tried; }
  std::uint64_t operations() const { return tried().operations; }
  // Of the last Step.
  const Outcome& outcome() const { return outcome_; }
  const System& system() const { return system_; }
  // To look at it through the door. What is done to it no model sees: Restore,
  // or Begin, must follow.
  System& system() { return system_; }

 private:
  static constexpr std::size_t kNever = SIZE_MAX;

  Tried& counts() { return system_.witness().tried; }
  [[gnu::cold]] Verdict NotRunning(std::size_t step) const;
  // Step, inline: Run takes millions.
  Verdict TakeStep(const Op& op);
  Verdict Skip(const Op& op, std::size_t step);
  Verdict CleanUp();
  Verdict CheckRestored();
  Verdict CheckRestoredAlone();

  System system_;
  std::vector<Model*> models_;
  // The models to call before an op, after it, and for one that is skipped.
  std::vector<Model*> before_;
  std::vector<Model*> observing_;
  std::vector<Model*> skipped_;
  std::size_t check_every_;
  std::size_t unchecked_ops_ = 0;
  std::size_t step_ = 0;
  std::size_t break_at_ = kNever;
  Call call_;
  Outcome outcome_;

  FreshInstance fresh_;  // For CheckRestored.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_LOCKSTEP_H_
