#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_TARGET_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_TARGET_H_

// A fuzz target: its program, its files, and what it has done so far.
//
// In the folder of corpora, NAME/ has the inputs that reach something new, and
// .crashes/NAME/ those that violated something, with reports. Both are kept
// from run to run.

#include <cstddef>
#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/cli/child_process.h"
#include "tools/cli/verify/crashes.h"
#include "tools/cli/verify/setting.h"

namespace lockstep::suite::verify {

// As fuzz/tally.h has it.
struct TallyFigures {
  std::uint64_t executions = 0;
  std::uint64_t operations = 0;
  std::uint64_t nanoseconds_judging = 0;
  std::uint64_t served = 0;
  std::uint64_t refused = 0;
  std::uint64_t skipped = 0;
};
// All noughts without the file: some targets judge no allocator.
TallyFigures ReadTally(const std::string& path);

// The names of the targets whose programs, NAME_fuzz_bin, are in a folder.
std::vector<std::string> TargetsIn(const std::string& folder);

class FuzzTarget {
 public:
  FuzzTarget(const System& system, const Setting& setting);

  // What libFuzzer is called with to fuzz; to put the fewest inputs that reach
  // the same into an empty folder; to run one input in a child process.
  ChildProcess::Command Fuzzing(double seconds, std::uint32_t seed,
                                const std::string& tally) const;
  ChildProcess::Command Merging(const std::string& merged) const;
  ChildProcess::Command Replaying(const std::string& artifact) const;

  // A file in which one process after another, but no two at once, may count.
  std::string NewTally();
  std::size_t Inputs() const;
  // Puts the merged inputs in the place of the corpus. At no point is there no
  // corpus. False: they stay where they are.
  bool Replace(const std::string& merged) const;
  // "1,234 executions, 56 edges, 7 inputs".
  std::string InWords() const;
  // For verify.json.
  nlohmann::ordered_json Describe() const;

  const std::string& name() const { return name_; }
  const std::string& corpus() const { return corpus_; }

  CrashBook book;
  std::uint64_t executions = 0;
  std::uint64_t coverage = 0;  // Edges in what is judged.
  std::uint64_t features = 0;
  double seconds =
      0;  // Its own: while others have their turn, it stands still.
  bool is_merged = false;

 private:
  ChildProcess::Command Call(std::vector<std::string> options) const;
  std::string Replaced() const { return corpus_ + ".replaced"; }

  std::string name_;
  std::string binary_;
  std::string corpus_;
  std::string crashes_;
  std::string scratch_;
  std::map<std::string, std::string> environment_;
  std::vector<std::string> seeds_;
  std::vector<std::string> dictionary_;
  std::vector<std::string> tallies_;
  std::size_t inputs_before_ = 0;
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_FUZZ_TARGET_H_
