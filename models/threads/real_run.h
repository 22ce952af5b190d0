#ifndef LOCKSTEP_MODELS_THREADS_REAL_RUN_H_
#define LOCKSTEP_MODELS_THREADS_REAL_RUN_H_

// Runs a script on threads of the system. Each parallel block gets threads of
// its own, which begin together, and end before the script goes on. So what an
// allocator keeps for a thread is created and destroyed again and again.
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
  // The thread that forks before some of its ops; 0: none does. See
  // ForkAndGoOn.
  std::uint8_t fork_thread = 0;
  // They are told where each thread is: the first for ops outside parallel
  // blocks, then one for each thread from 1 on that the script names. They must
  // outlive it.
  std::span<Witness* const> witnesses;
};

struct RealHistory {
  History history;
  std::uint64_t forks = 0;
  // The verdict of the first child that broke a rule.
  Verdict of_child;
};

// Begins with a fresh state, and leaves the stage as it is at the end of the
// script, so that it can be judged.
RealHistory RunOnThreads(Stage& stage, const Script& script,
                         const RealRun& how);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_REAL_RUN_H_
