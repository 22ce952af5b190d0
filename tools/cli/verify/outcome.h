#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_OUTCOME_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_OUTCOME_H_

// What came of the processes that ran scripts, and what to make of it.

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/system/tried.h"
#include "tools/cli/child_process.h"
#include "tools/cli/result/finding.h"

namespace lockstep::suite::verify {

struct Violation {
  // Without a trace, only its rule and report are known. The report is then
  // what the process said before it ended.
  Finding finding;
  bool is_trace = true;
  std::string path{};      // Where it was saved.
  std::string artifact{};  // The input that a fuzzer found it with.
  bool is_new = true;      // Not so if an earlier campaign has found it.
  std::string key{};  // Of violations that show one fault; "": see findings.h.
};

// Of one process, or of all processes of a source on a system.
struct Outcome {
  Tried tried{};
  double seconds = 0;
  std::vector<Violation> violations{};
  std::vector<std::string> problems{};
  bool is_interrupted = false;
  // What was not tried, or not served, in words: how often.
  std::vector<std::pair<std::string, std::uint64_t>> counts{};

  void Add(const Outcome& other);
  void Count(std::string_view words, std::uint64_t number);
  // Operations in a second on a core.
  double Rate() const {
    return seconds > 0 ? static_cast<double>(tried.operations) / seconds : 0;
  }
  std::string_view Verdict() const;
};

// Of a command of lockstep's that was given --json, and has ended or was
// interrupted.
Outcome Judge(const ChildProcess& process, bool is_interrupted);

// The command, as a shell takes it; in short, with only the program's name and
// without most of its files.
std::string CommandOf(const ChildProcess& process);
std::string ShortCommandOf(const ChildProcess& process);

// A problem: how it ended, and the end of what it said.
std::string EndedWith(const ChildProcess& process, std::string_view words);

// Whether a sanitizer speaks in this text.
bool IsFromSanitizer(std::string_view text);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_OUTCOME_H_
