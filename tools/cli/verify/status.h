#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_STATUS_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_STATUS_H_

// How far it is, on standard error: on a terminal a line that is kept up to
// date, elsewhere a line every ten seconds.

#include <chrono>
#include <memory>
#include <vector>

#include "tools/cli/verify/job.h"

namespace lockstep::suite::verify {

class Status {
 public:
  Status();
  ~Status() { Erase(); }
  Status(const Status&) = delete;
  Status& operator=(const Status&) = delete;

  void Show(const std::vector<std::unique_ptr<Job>>& jobs, double seconds_left);
  // Before something else is printed.
  void Erase();

 private:
  using Clock = std::chrono::steady_clock;

  bool is_terminal_;
  bool is_shown_ = false;
  Clock::time_point next_;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_STATUS_H_
