#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_POOL_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_POOL_H_

// Runs tasks in their order, so many at a time. The first Ctrl-C, or SIGTERM,
// interrupts all; who has not ended soon after that, or after the second, is
// killed.

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <vector>

#include "tools/cli/verify/task.h"

namespace lockstep::suite::verify {

class Pool {
 public:
  // The tasks must outlive it.
  Pool(std::vector<Task*> tasks, std::size_t width);

  // Calls on_end after each task that has begun, and on_look ten times a second
  // or more.
  void Run(const std::function<void(Task&)>& on_end,
           const std::function<void()>& on_look);

  bool is_interrupted() const { return is_interrupted_; }
  const std::vector<Task*>& tasks() const { return tasks_; }
  // Until all have ended, as far as they know.
  double SecondsLeft() const;

 private:
  using Clock = std::chrono::steady_clock;

  std::vector<Task*> Running() const;
  // False: nothing can.
  bool BeginWhatCan();
  void LookForInterrupt();
  void SendAll(int signal);
  void TellEnds(const std::function<void(Task&)>& on_end);

  std::vector<Task*> tasks_;
  std::size_t width_;
  std::set<Task*> told_;  // Those whose end was told.
  bool is_interrupted_ = false;
  std::optional<Clock::time_point> kill_at_;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_POOL_H_
