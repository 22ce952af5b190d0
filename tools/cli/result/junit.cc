#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/result/result.h"

namespace lockstep::suite {
namespace {

// XML 1.0 has no way to write most control characters.
std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
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
  return result.system.empty() ? "all systems" : result.system;
}

// A case for each finding, or the one that held.
std::string CasesOf(const Result& result) {
  const std::string head =
      Text("    <testcase classname=\"lockstep.", Escaped(result.command),
           "\" name=\"", Escaped(NameOf(result)));
  const std::string time = Text("\" time=\"", result.seconds, "\"");
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
  return text.empty() ? Text(head, time, "/>\n") : text;
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
  for (const Result& result : results) {
    cases += CasesOf(result);
    tests += CountOf(result);
    failures += result.findings.size();
    errors += result.problems.size();
  }
  return Text(text, "<testsuites>\n  <testsuite name=\"lockstep\" tests=\"",
              tests, "\" failures=\"", failures, "\" errors=\"", errors,
              "\">\n", cases, "  </testsuite>\n</testsuites>\n");
}

}  // namespace lockstep::suite
