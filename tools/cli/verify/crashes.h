#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_CRASHES_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_CRASHES_H_

// What a fuzzer said as it crashed: which rule, which trace, and whether it was
// seen before.

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace lockstep::suite::verify {

struct Crash {
  std::string rule;
  std::string text;  // The report, or the last words.
  bool is_trace;
  std::string artifact;  // The file with the input; "" if none was written.
  std::string key;       // Of crashes that are alike.

  // RULE-DIGEST, and with .trace or .stderr, the name of its file.
  std::string Stem() const;
  std::string FileName() const;
};

// Of what a fuzzer said, without its status lines.
Crash ReadCrash(std::string_view said);

// Of a target, each crash that is not like one before: in its folder, as
// RULE-DIGEST.trace or .stderr.
class CrashBook {
 public:
  explicit CrashBook(std::string folder);

  // Whether it is the first like it in this run.
  bool Enter(const Crash& crash);
  // Whether no run before has met it.
  bool IsNew(const Crash& crash) const {
    return !earlier_.contains(crash.Stem());
  }
  std::uint64_t Crashes() const;
  std::size_t Kinds() const { return counts_.size(); }

 private:
  std::string folder_;
  std::set<std::string> earlier_;
  std::map<std::string, std::uint64_t> counts_;  // Of this run, by key.
};

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_CRASHES_H_
