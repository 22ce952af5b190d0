#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_JOB_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_JOB_H_

// A source on a system.

#include <memory>
#include <string>
#include <vector>

#include "tools/cli/verify/fuzz_target.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/setting.h"
#include "tools/cli/verify/sources.h"
#include "tools/cli/verify/task.h"

namespace lockstep::suite::verify {

struct Job {
  Job(const Source& its_source, const System& its_system,
      const Setting& setting);

  bool HasEnded() const;
  // What came of all tasks.
  void AddUp();
  // In a column of its own: "random     heap".
  std::string Title() const;

  const Source* source;
  System system;
  std::unique_ptr<FuzzTarget> target;  // Null of all sources but fuzz.
  std::vector<std::unique_ptr<Task>> tasks;
  Outcome outcome{};
  bool is_told = false;  // Two of its tasks may end in one look.
};

// The tasks, source by source; of each job's the first, then the second.
std::vector<Task*> InTurns(const std::vector<std::unique_ptr<Job>>& jobs);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_JOB_H_
