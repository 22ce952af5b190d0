#ifndef LOCKSTEP_TOOLS_CLI_RESULT_RESULT_H_
#define LOCKSTEP_TOOLS_CLI_RESULT_RESULT_H_

// What a command came to, in the forms that other programs read: JSON, JUnit's
// XML, SARIF, and annotations of GitHub's. docs/results.md describes them.

#include <cstdint>
#include <expected>
#include <initializer_list>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/system/tried.h"
#include "tools/cli/console.h"
#include "tools/cli/result/finding.h"

namespace CLI {
class App;
}  // namespace CLI

namespace lockstep::suite {

struct Result {
  std::string command{};  // Its name, such as "random".
  std::string system{};   // "": several.
  ExitCode exit_code = kHeld;
  std::optional<std::uint64_t> seed{};
  Tried tried{};
  double seconds = 0;            // By the clock.
  double processor_seconds = 0;  // Of this process and its children.
  std::vector<Finding> findings{};
  std::vector<std::string> problems{};  // Why it could not do all of its work.
  // What only this command says: a JSON object.
  std::string details = "{}";
};

// "held", "violated", "interrupted" or "failed".
std::string_view VerdictOf(ExitCode exit_code);

// Details that are counts only.
std::string CountsOf(
    std::initializer_list<std::pair<std::string_view, std::uint64_t>> counts);

// The sum of some: the worst exit code, all findings, counts of details added.
Result WholeOf(std::string command, const std::vector<Result>& parts);

// A line for each field.
std::string ToJson(const Result& result);
// An error says what is missing.
std::expected<Result, std::string> FromJson(std::string_view text);
std::string ToJUnit(const std::vector<Result>& results);
std::string ToSarif(const std::vector<Result>& results);
// Lines that GitHub shows beside a change.
std::string ToAnnotations(const std::vector<Result>& results);

// --json, --junit and --sarif of a command.
class ResultOptions {
 public:
  void AddTo(CLI::App& command);

  // Text is for people: with --json, what is printed to std::cout from here on
  // goes nowhere.
  void Begin();
  // In all forms that were asked for. Worse than the exit code of the result if
  // a file cannot be written.
  ExitCode Publish(const Result& result) const;
  ExitCode Publish(const Result& whole, const std::vector<Result>& parts) const;

  bool is_json() const { return is_json_; }

 private:
  bool is_json_ = false;
  std::string junit_;
  std::string sarif_;
  std::streambuf* standard_output_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_RESULT_RESULT_H_
