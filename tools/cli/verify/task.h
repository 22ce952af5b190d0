#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_TASK_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_TASK_H_

// Work that is done by processes, one after the other. Tasks run side by side.

#include <chrono>
#include <memory>
#include <string>

#include "tools/cli/child_process.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/sources.h"

namespace lockstep::suite::verify {

// On top of the time that a process means to take: to make a violation short.
constexpr double kSlackSeconds = 600;

class Task {
 public:
  explicit Task(double seconds) : means_seconds_(seconds) {}
  virtual ~Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;

  // Whether it may begin.
  virtual bool IsReady() const { return true; }
  // What it said last, for people.
  virtual std::string Status() const = 0;
  // What came of it, when it has ended or was interrupted.
  virtual Outcome Judge() const = 0;

  void Begin();
  // After the process had its Look: goes on if that has ended.
  void GoOn();
  // It is about to be ended from outside, or will not begin.
  void Interrupt() { is_interrupted_ = true; }
  void Send(int signal) const;

  bool is_running() const { return is_running_; }
  bool has_ended() const { return has_ended_; }
  bool is_interrupted() const { return is_interrupted_; }
  // How long it will take from now on, as far as it knows; 0: no long time.
  double SecondsLeft() const;
  // Null if none runs, or none has run.
  ChildProcess* process() const { return process_.get(); }

 protected:
  // The first process; or after one has ended, the next. Null: it is done, or
  // was interrupted.
  virtual std::unique_ptr<ChildProcess> Next(const ChildProcess* ended) = 0;

  double SecondsSinceBegin() const;

 private:
  using Clock = std::chrono::steady_clock;

  double means_seconds_;
  Clock::time_point began_{};
  bool is_running_ = false;
  bool has_ended_ = false;
  bool is_interrupted_ = false;
  std::unique_ptr<ChildProcess> process_;
};

// One command of lockstep's.
class CommandTask : public Task {
 public:
  explicit CommandTask(Planned planned);

  std::string Status() const override;
  Outcome Judge() const override;

 protected:
  std::unique_ptr<ChildProcess> Next(const ChildProcess* ended) override;

 private:
  Planned planned_;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_TASK_H_
