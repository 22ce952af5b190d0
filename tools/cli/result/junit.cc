#include <algorithm>
#include <cstddef>
#include <ios>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/result/result.h"

namespace lockstep::suite {
namespace {

// XML 1.0 has no way to write most control characters, nor what is not UTF-8.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : AsUtf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\n':
        escaped += "&#10;";
        break;
      default:
        escaped += static_cast<unsigned char>(c) < ' ' && c != '\t' ? '?' : c;
    }
  }
  return escaped;
}

std::string NameOf(const Result& result) {
  if (!result.system.empty()) return result.system;
  return result.findings.empty() ? "all systems" : result.findings[0].system;
}

// A case for each finding, or the one that held.
std::string CasesOf(const Result& result) {
  const std::string head =
      Text("    <testcase classname=\"lockstep.", Escaped(result.command),
           "\" name=\"", Escaped(NameOf(result)));
  const std::string time = Text("\" time=\"", std::fixed, result.seconds, "\"");
  std::string text;
  for (const Finding& finding : result.findings) {
    text += Text(
        head, ": ", Escaped(finding.rule), time, ">\n      <failure type=\"",
        Escaped(finding.rule), "\" message=\"",
        Escaped(Text(finding.claim, "; expected ", finding.expected, ", came ",
                     finding.came)),
        "\">", Escaped(finding.report), "</failure>\n    </testcase>\n");
  }
  for (const std::string& problem : result.problems) {
    text += Text(head, time, ">\n      <error message=\"", Escaped(problem),
                 "\"/>\n    </testcase>\n");
  }
  if (!text.empty()) return text;
  if (result.exit_code == kHeld) return Text(head, time, "/>\n");
  return Text(head, time, ">\n      ",
              result.exit_code == kInterrupted
                  ? "<skipped message=\"it was interrupted\"/>"
                  : "<error message=\"nothing was shown; standard error says "
                    "why\"/>",
              "\n    </testcase>\n");
}

std::size_t CountOf(const Result& result) {
  return std::max<std::size_t>(1,
                               result.findings.size() + result.problems.size());
}

}  // namespace

std::string ToJUnit(const std::vector<Result>& results) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::string cases;
  std::size_t tests = 0;
  std::size_t failures = 0;
  std::size_t errors = 0;
  std::size_t skipped = 0;
  for (const Result& result : results) {
    cases += CasesOf(result);
    tests += CountOf(result);
    failures += result.findings.size();
    errors += result.problems.size();
    if (CountOf(result) == 1 && result.findings.empty() &&
        result.problems.empty() && result.exit_code != kHeld) {
      (result.exit_code == kInterrupted ? skipped : errors) += 1;
    }
  }
  return Text(text, "<testsuites>\n  <testsuite name=\"lockstep\" tests=\"",
              tests, "\" failures=\"", failures, "\" errors=\"", errors,
              "\">\n", cases, "  </testsuite>\n</testsuites>\n");
}

}  // namespace lockstep::suite
