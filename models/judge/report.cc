#include "models/judge/report.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/script/trace.h"

namespace lockstep::suite {
namespace {

std::string DescribeStep(const Report& report) {
  const auto& ops = report.reduced.script.ops;
  const std::size_t step = report.reduced.violation.step;
  if (step < ops.size()) {
    return Text(step + 1, " of ", ops.size(), ": ", FormatOp(ops[step]));
  }
  if (ops.empty()) return "none: an instance suffices, made and destroyed";
  return Text(step + 1, ", after the script: ", report.afterwards);
}

constexpr std::uint64_t kMentionedSeconds = 3;

std::string DescribeMinimising(const Report& report) {
  const Minimised& reduced = report.reduced;
  if (reduced.runs == 0) {
    return Text("cut off after the step, of ", report.steps_before, " steps");
  }
  if (reduced.runs == 1) {
    return Text("not at all: ", reduced.why_not);
  }
  // A few are none: the same seed is to print the same report.
  const auto seconds = static_cast<std::uint64_t>(reduced.seconds);
  return Text("from ", report.steps_before, " steps to ",
              reduced.script.ops.size(), ", in ", reduced.runs, " runs",
              seconds < kMentionedSeconds ? "" : Text(" and ", seconds, " s"),
              reduced.is_complete ? "" : "; given up, so it may still be long");
}

// As comments, a line each.
std::string QuoteLastWords(std::string_view words) {
  std::string text;
  while (!words.empty()) {
    const std::size_t end = words.find('\n');
    text += Text(text.empty() ? "# last words" : "#           ", ' ',
                 words.substr(0, end), '\n');
    words.remove_prefix(end == std::string_view::npos ? words.size() : end + 1);
  }
  return text;
}

}  // namespace

std::string FormatReport(const Report& report) {
  const Violation& violation = report.reduced.violation;
  return Text(
      "# violation  ", violation.rule, ": ", report.claim, "\n# step       ",
      DescribeStep(report), "\n# expected   ", violation.expected,
      "\n# came       ", violation.came, "\n",
      violation.place.empty() ? ""
                              : Text("# place      ", violation.place, '\n'),
      QuoteLastWords(violation.last_words), "# minimised  ",
      DescribeMinimising(report),
      "\n# To see it again, save this text and run: ", report.command, "\n");
}

}  // namespace lockstep::suite
