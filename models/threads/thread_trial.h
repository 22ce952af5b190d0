#ifndef LOCKSTEP_MODELS_THREADS_THREAD_TRIAL_H_
#define LOCKSTEP_MODELS_THREADS_THREAD_TRIAL_H_

// Runs scripts on threads of the system, in child processes, and judges them.
// Besides the rules of the judge, these may be broken:
//   crash      a thread ended the process
//   hang       a call does not return
//   deadlock   several do not, and none of them uses the processor; or
//              ThreadSanitizer reports that locks are taken in two orders
//   race       ThreadSanitizer, where it is built in, reports a data race
//   Requires   no thread in this process but the caller.

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/cell/child.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/tried.h"
#include "models/system/witness.h"
#include "models/threads/history.h"
#include "models/threads/judgement.h"
#include "models/threads/overlap.h"
#include "models/threads/real_run.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

class ThreadTrial {
 public:
  // Totals of all children.
  struct Counts {
    std::atomic<std::uint64_t> scripts{0};
    std::atomic<std::uint64_t> blocks{0};  // Parallel blocks.
    std::atomic<std::uint64_t> forks{0};   // In the middle of one.
    OrderCounts orders{};
    Overlap overlap{};
    Tried tried{};
  };

  // For scripts with at most this many threads. The port must outlive it.
  ThreadTrial(const lockstep_port& port, std::uint8_t threads);

  // In a child: runs and judges a script. The seed decides where threads pause,
  // and whether one forks.
  Verdict Try(const Script& script, std::uint64_t seed);
  // The same, but it is not counted.
  Verdict TryAgain(const Script& script, std::uint64_t seed);

  // Does work that calls Try, in a child of its own. `go_on` is asked ten times
  // a second: if it says no, the child is ended, and there is no verdict.
  Verdict RunInCell(const std::function<Verdict()>& work,
                    const std::function<bool()>& go_on);

  // The events that the last violation is about, a line each. If the process
  // crashed or hung, the ops that threads were in.
  std::vector<std::string> Events(const Script& script) const;

  // For the work to say, from a child, which script it is at.
  std::atomic<std::uint64_t>& mark() const { return boards_.front()->mark(); }
  // And how many it has begun.
  std::atomic<std::uint64_t>& count() const { return boards_.front()->count(); }
  const Counts& counts() const { return shared_->counts; }

 private:
  // What the children write.
  struct Shared {
    Counts counts;
    // For the script that runs.
    bool is_counting = false;
    std::uint64_t calls_before = 0;
    std::size_t event_count = 0;
    std::array<std::array<char, 200>, 3> events{};
  };

  Verdict Run(const Script& script, std::uint64_t seed, bool counts);
  void CountBegun(const Script& script);
  void Count(const RealHistory& came);
  // The number of beginnings and ends of calls, of all threads.
  std::uint64_t CallsSoFar() const;
  void NoteEvents(const History& history, std::size_t step);
  Violation Describe(const Child& child, Child::State state) const;
  std::vector<std::size_t> ThreadsInCalls() const;

  // The first is for ops outside parallel blocks, then one for each thread.
  std::vector<std::unique_ptr<const Board>> boards_;
  std::vector<const Board*> board_pointers_;
  std::vector<Witness*> witnesses_;
  SharedMemory memory_;
  Shared* shared_;
  Witness stage_witness_;
  Stage stage_;
  HistoryJudge judge_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_THREAD_TRIAL_H_
