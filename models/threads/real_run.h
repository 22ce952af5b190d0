#ifndef LOCKSTEP_MODELS_THREADS_REAL_RUN_H_
#define LOCKSTEP_MODELS_THREADS_REAL_RUN_H_

// A script on the threads of the system: each parallel block gets threads of its
// own, which begin together and have ended before what follows it. So what an
// allocator keeps for a thread is made, and torn down, again and again.
//   Requires   a process in which no other thread runs.
//   Errors     std::system_error if the system has no more threads.
//   Complexity that of the stage; a thread for each thread of a block.

#include <cstdint>
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
  // The thread that forks, before some of its ops; 0: none does. See ForkAndGoOn.
  std::uint8_t fork_thread = 0;
  // Told where each thread is: that of ops that are alone first, then those of
  // the threads from 1 on, as many as the script names. They must outlive it.
  std::span<Witness* const> witnesses;
};

struct RealHistory {
  History history;
  std::uint64_t forks = 0;
  // What the first of the children came to that broke a rule.
  Verdict of_child;
};

// From a fresh state; afterwards the stage is as the script left it, for those
// who judge it.
RealHistory RunOnThreads(Stage& stage, const Script& script,
                         const RealRun& how);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_REAL_RUN_H_
