#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_ROUND_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_ROUND_H_

// Fuzzes a target for some seconds. The targets take turns, round by round, so
// that a campaign that is interrupted has fuzzed all.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tools/cli/child_process.h"
#include "tools/cli/verify/crashes.h"
#include "tools/cli/verify/fuzz_target.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/task.h"

namespace lockstep::suite::verify {

// Begun again after each crash.
class FuzzRound : public Task {
 public:
  // The target must outlive it.
  FuzzRound(FuzzTarget& target, double seconds, std::uint32_t seed);

  std::string Status() const override { return status_; }
  Outcome Judge() const override;

 protected:
  std::unique_ptr<ChildProcess> Next(const ChildProcess* ended) override;

 private:
  std::unique_ptr<ChildProcess> Fuzz();
  std::unique_ptr<ChildProcess> AfterCrash(const ChildProcess& ended);
  std::unique_ptr<ChildProcess> Finish();
  // Notes the crash, and fuzzes on if there is time.
  std::unique_ptr<ChildProcess> Enter(const Crash& crash);
  void Hear(std::string_view line);
  void SetExecutions(std::uint64_t executions);
  Violation ViolationOf(const Crash& crash) const;

  FuzzTarget& target_;
  double seconds_;
  std::uint32_t seed_;
  std::string tally_;
  std::vector<Crash> crashes_;  // Those that are the first of their kind.
  std::string problem_;
  double took_seconds_ = 0;
  std::uint64_t executions_ = 0;
  std::string status_;

  // Of the process that fuzzes.
  bool is_replaying_ = false;  // It runs the input of crash_ again instead.
  Crash crash_{};
  bool has_begun_ = false;  // With inputs of its own.
  std::uint64_t its_executions_ = 0;
  std::string words_;  // That it said, without its status lines.
  std::size_t lines_ = 0;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_ROUND_H_
