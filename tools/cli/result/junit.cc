#include <cstddef>
#include <ios>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/markup/markup.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"

namespace lockstep::suite {
namespace {

// XML 1.0 has no way to write most control characters, nor what is not UTF-8.
std::string ForXml(std::string_view text) {
  std::string escaped;
  for (const char c : Escaped(AsUtf8(text))) {
    if (c == '\n') {
      escaped += "&#10;";
    } else {
      escaped += static_cast<unsigned char>(c) < ' ' && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

std::string NameOf(const Result& result) {
  if (!result.system.empty()) return result.system;
  return result.findings.empty() ? "all systems" : result.findings[0].system;
}

struct Suite {
  std::string cases{};
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
};

// A case for each finding and problem; without any, one that says how it ended.
void AddCases(const Result& result, Suite& suite) {
  const auto add = [&](std::string_view what, std::string_view element) {
    ++suite.tests;
    suite.cases += Text(
        "    <testcase classname=\"lockstep.", ForXml(result.command),
        "\" name=\"", ForXml(NameOf(result)), what, "\" time=\"", std::fixed,
        result.seconds, "\"",
        element.empty() ? "/>\n"
                        : Text(">\n      ", element, "\n    </testcase>\n"));
  };
  const std::size_t before = suite.tests;
  for (const Finding& finding : result.findings) {
    ++suite.failures;
    const std::string rule = ForXml(finding.rule);
    add(": " + rule, Text("<failure type=\"", rule, "\" message=\"",
                          ForXml(Headline(finding)), "\">",
                          ForXml(finding.report), "</failure>"));
  }
  for (const std::string& problem : result.problems) {
    ++suite.errors;
    add("", Text("<error message=\"", ForXml(problem), "\"/>"));
  }
  if (suite.tests != before) return;
  if (result.exit_code == kHeld) return add("", "");
  if (result.exit_code == kInterrupted) {
    ++suite.skipped;
    return add("", "<skipped message=\"it was interrupted\"/>");
  }
  ++suite.errors;
  add("", "<error message=\"nothing was shown; standard error says why\"/>");
}

}  // namespace

std::string ToJUnit(const std::vector<Result>& results) {
  Suite suite;
  for (const Result& result : results) AddCases(result, suite);
  return Text(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
      "  <testsuite name=\"lockstep\" tests=\"",
      suite.tests, "\" failures=\"", suite.failures, "\" errors=\"",
      suite.errors, "\" skipped=\"", suite.skipped, "\">\n", suite.cases,
      "  </testsuite>\n</testsuites>\n");
}

}  // namespace lockstep::suite
