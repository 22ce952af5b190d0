#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_TASKS_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_TASKS_H_

// The work of fuzzing a target: rounds, and then a merge.

#include <memory>
#include <string>
#include <vector>

#include "tools/cli/child_process.h"
#include "tools/cli/verify/fuzz_target.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/setting.h"
#include "tools/cli/verify/task.h"

namespace lockstep::suite::verify {

// Puts the fewest inputs that reach the same into the corpus's place.
class FuzzMerge : public Task {
 public:
  // The target and the rounds must outlive it.
  FuzzMerge(FuzzTarget& target, std::vector<const Task*> rounds);

  bool IsReady() const override;
  std::string Status() const override { return status_; }
  Outcome Judge() const override;

 protected:
  std::unique_ptr<ChildProcess> Next(const ChildProcess* ended) override;

 private:
  FuzzTarget& target_;
  std::vector<const Task*> rounds_;
  std::string merged_;  // The folder to merge into.
  std::string words_;
  std::string status_;
  std::string problem_;
};

// The rounds and the merge of a target.
std::vector<std::unique_ptr<Task>> FuzzTasks(FuzzTarget& target,
                                             const Setting& setting);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_TASKS_H_
