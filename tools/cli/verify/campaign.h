#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_CAMPAIGN_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_CAMPAIGN_H_

// Jobs that run side by side, and a report that is never lost.

#include <chrono>
#include <cstddef>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tools/cli/console.h"
#include "tools/cli/result/result.h"
#include "tools/cli/verify/folder.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/pool.h"
#include "tools/cli/verify/report/findings.h"
#include "tools/cli/verify/setting.h"
#include "tools/cli/verify/status.h"

namespace lockstep::suite::verify {

class Campaign {
 public:
  // `shown_program` is what people call the program. The rest must outlive it.
  Campaign(const TakenFolder& folder, const Setting& setting,
           std::string shown_program, std::size_t width,
           const std::vector<std::unique_ptr<Job>>& jobs);

  // Runs all jobs, saves what they come to, and tells it.
  ExitCode Run();

  // The same for other programs.
  Result Whole() const;
  std::vector<Result> Parts() const;

 private:
  using Clock = std::chrono::steady_clock;
  using Json = nlohmann::ordered_json;

  void RunJobs();
  // Saves what it came to, so that nothing is lost if we are killed.
  void OnJob(Job& job);
  void SaveViolations(Job& job) const;
  void PrintSummary(const std::vector<Group>& groups, double seconds) const;
  ExitCode Code() const;
  Json Fields(const std::vector<Group>& groups,
              const std::vector<const Job*>& jobs, bool is_complete) const;
  std::vector<const Job*> AllJobs() const;
  double Seconds() const;

  const TakenFolder& folder_;
  const Setting& setting_;
  std::string shown_program_;
  std::size_t width_;
  const std::vector<std::unique_ptr<Job>>& jobs_;
  std::vector<const Job*> ended_;
  Clock::time_point began_ = Clock::now();
  Json fixed_;  // Fields that are known from the start.
  Pool pool_;
  Status status_;
  Outcome total_;
  std::vector<std::string> problems_;  // With the report itself.
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_CAMPAIGN_H_
