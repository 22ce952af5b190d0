#ifndef LOCKSTEP_MODELS_CELL_CHILD_H_
#define LOCKSTEP_MODELS_CELL_CHILD_H_

// A child process, forked from this one as it stands, and how it ends. Whatever
// the allocator under test does there, this process lives on.
//   Requires   one thread in this process when the child is made.
//   Errors     std::system_error if the system cannot make a process.
//   Complexity a fork each. Between its ends there are no system calls but those
//              that the work makes; the parent looks a few times a second.

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/cell/board.h"
#include "models/cell/last_words.h"
#include "models/cell/process.h"
#include "models/system/model.h"

namespace lockstep::suite {

class Child {
 public:
  enum class State : std::uint8_t {
    kRunning,   // For all that is known.
    kAnswered,  // It called Answer.
    kReturned,  // From the work.
    kDied,
    kHung,
    kWaits,
  };
  // For a parent that has something else to look at meanwhile.
  static constexpr double kLookSeconds = 0.1;

  // The work runs in the child. It ends there when the work returns, without
  // destructors and without atexit. The boards must outlive it; they are told of
  // a crash, and say whether a call lasts: one board for each thread.
  Child(std::span<const Board* const> boards,
        const std::function<void(Child&)>& work);
  // Ends it.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  // In the parent. Waits until the state changes, for so many seconds at most;
  // 0: as long as it takes.
  // In a state from kReturned on the child is no more. Throws std::bad_alloc if
  // the work did.
  State Wait(Patience patience, double seconds);
  // What kDied, kHung and kWaits mean as a violation, at the witness's step.
  Violation Describe(State state, const Board& board) const;
  // Wakes the child that waits in Serve.
  void Ask();

  // In the child.
  void Answer();
  // Waits for an Ask; false once the parent is no more.
  bool Serve();

 private:
  // The exit codes of work that threw.
  static constexpr int kThrew = 86;
  static constexpr int kHadNoMemory = 87;
  using Clock = std::chrono::steady_clock;

  struct Look {
    std::uint64_t calls = 0;       // Of the witness.
    double processor_seconds = 0;  // When the call began.
    double waited_seconds = 0;
  };

  [[noreturn]] void RunChild(const std::function<void(Child&)>& work,
                             pid_t parent);
  bool Read(int timeout_ms);
  State Reaped(int wait_status);
  State LookForHang(Patience patience);
  static double SecondsSince(Clock::time_point then);
  void End();

  std::span<const Board* const> boards_;
  std::vector<Look> looks_;
  IdleWatch idle_;
  Clock::time_point last_look_ = Clock::now();
  pid_t pid_ = 0;  // 0: it is no more.
  int socket_ = -1;
  int stderr_ = -1;
  bool has_answered_ = false;
  bool is_done_ = false;
  int wait_status_ = 0;
  LastWords words_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_CHILD_H_
