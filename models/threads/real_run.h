#ifndef LOCKSTEP_MODELS_THREADS_REAL_RUN_H_
#define LOCKSTEP_MODELS_THREADS_REAL_RUN_H_

// A script on the threads of the system: each parallel block gets threads of its
// own, which begin together and have ended before what follows it. So what an
// allocator keeps for a thread is made, and torn down, again and again.
//   Requires   a process in which no other thread runs.
//   Errors     std::system_error if the system has no more threads.
//   Complexity that of the stage; a thread for each thread of a block.

#include <cstddef>
#include <optional>
#include <span>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/witness.h"
#include "models/threads/history.h"
#include "models/threads/pauses.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

struct RealRun {
  // Must outlive the script, up to the stage's End.
  Pauses& pauses;
  // Where a thread forks, before it performs the op of a parallel block that has
  // this step. See ForkAndGoOn.
  std::optional<std::size_t> fork_step;
  // Told where each thread is: that of ops that are alone first, then those of
  // the threads from 1 on, as many as the script names. They must outlive it.
  std::span<Witness* const> witnesses;
};

struct RealHistory {
  History history;
  bool has_forked = false;
  // What the child that was forked came to.
  Verdict of_child;
};

// From a fresh state; afterwards the stage is as the script left it, for those
// who judge it.
RealHistory RunOnThreads(Stage& stage, const Script& script,
                         const RealRun& how);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_REAL_RUN_H_
