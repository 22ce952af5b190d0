#include <CLI/App.hpp>
#include <cstdlib>
#include <iostream>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/result/result.h"

namespace lockstep::suite {
namespace {

// A command of GitHub's: its values have no ends of lines, and its properties
// neither colons nor commas.
std::string Escaped(std::string_view text, bool is_property) {
  std::string escaped;
  for (const char c : text) {
    if (c == '%') {
      escaped += "%25";
    } else if (c == '\r') {
      escaped += "%0D";
    } else if (c == '\n') {
      escaped += "%0A";
    } else if (is_property && c == ':') {
      escaped += "%3A";
    } else if (is_property && c == ',') {
      escaped += "%2C";
    } else {
      escaped += c;
    }
  }
  return escaped;
}

// Takes everything, and keeps nothing.
class Nowhere : public std::streambuf {
 protected:
  int_type overflow(int_type character) override {
    return traits_type::not_eof(character);
  }
  std::streamsize xsputn(const char* /*text*/, std::streamsize size) override {
    return size;
  }
};

Nowhere nowhere;

// The line of a source that a crash names, as further properties.
std::string PlaceOf(const Finding& finding) {
  const std::size_t colon = finding.place.rfind(':');
  if (colon == std::string::npos) return "";
  return Text(",file=", Escaped(finding.place.substr(0, colon), true),
              ",line=", Escaped(finding.place.substr(colon + 1), true));
}

bool IsInGitHubActions() {
  const char* const value = std::getenv("GITHUB_ACTIONS");
  return value != nullptr && std::string_view(value) == "true";
}

}  // namespace

std::string ToAnnotations(const std::vector<Result>& results) {
  std::string text;
  for (const Result& result : results) {
    for (const Finding& finding : result.findings) {
      const std::string& system =
          finding.system.empty() ? result.system : finding.system;
      text +=
          Text("::error title=",
               Escaped(Text(system, " violates ", finding.rule), true),
               PlaceOf(finding), "::", Escaped(finding.report, false), '\n');
    }
    for (const std::string& problem : result.problems) {
      text += Text("::error title=",
                   Escaped(Text("lockstep ", result.command, " failed"), true),
                   "::", Escaped(problem, false), '\n');
    }
  }
  return text;
}

void ResultOptions::AddTo(CLI::App& command) {
  command.add_flag("--json", is_json_,
                   "Print the result as JSON, and nothing else; see "
                   "docs/results.md");
  command.add_option("--junit", junit_,
                     "Write the result to this file as JUnit's XML");
  command.add_option("--sarif", sarif_,
                     "Write the violations to this file as SARIF");
}

void ResultOptions::Begin() {
  if (is_json_) standard_output_ = std::cout.rdbuf(&nowhere);
}

ExitCode ResultOptions::Publish(const Result& result) const {
  return Publish(result, {result});
}

ExitCode ResultOptions::Publish(const Result& whole,
                                const std::vector<Result>& parts) const {
  if (is_json_) {
    std::cout.rdbuf(standard_output_);
    std::cout << ToJson(whole);
  }
  if (IsInGitHubActions()) std::cerr << ToAnnotations(parts);
  ExitCode exit_code = whole.exit_code;
  if (!junit_.empty() && !WriteFile(junit_, ToJUnit(parts))) {
    exit_code = Worse(exit_code, kBadInput);
  }
  if (!sarif_.empty() && !WriteFile(sarif_, ToSarif(parts))) {
    exit_code = Worse(exit_code, kBadInput);
  }
  return exit_code;
}

}  // namespace lockstep::suite
