#include "tools/cli/picture/words.h"

#include <cstddef>
#include <iomanip>
#include <ios>
#include <string>
#include <string_view>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"
#include "tools/cli/picture/terminal.h"

namespace lockstep::suite {
namespace {

// The text may have several lines; each begins below the first.
std::string Field(std::string_view name, std::string_view text,
                  const WordsOptions& options) {
  const std::string indent(options.is_narrow ? 4 : 13, ' ');
  std::string line = options.is_narrow
                         ? Text("  ", name, ": ")
                         : Text("  ", std::left, std::setw(11), name);
  std::string lines;
  while (true) {
    const std::size_t end = text.find('\n');
    lines += Wrapped(Text(line, text.substr(0, end)), options.columns, indent);
    lines += '\n';
    if (end == text.npos) return lines;
    text.remove_prefix(end + 1);
    line = indent;
  }
}

}  // namespace

std::string DescribeStep(const Script& script, const Violation& violation) {
  const std::size_t step = violation.step;
  if (step < script.ops.size()) {
    return Text(step + 1, " of ", script.ops.size(), ": ",
                FormatOp(script.ops[step]));
  }
  return Text(step + 1, ", after the script: everything is freed");
}

std::string RuleInWords(const Violation& violation) {
  const std::string_view claim = ClaimOf(violation.rule);
  return Text(violation.rule, claim.empty() ? "" : ": ", claim);
}

std::string ViolationInWords(const Script& script, const Violation& violation,
                             const WordsOptions& options) {
  const std::string line = Text("violated: ", RuleInWords(violation));
  std::string text = Painted(Wrapped(line, options.columns, "  "), Style::kBad,
                             options.has_colour);
  text += '\n';
  text += Field("step", DescribeStep(script, violation), options);
  text += Field("expected", violation.expected, options);
  text += Field("came", violation.came, options);
  if (!violation.last_words.empty()) {
    text += Field("last words", violation.last_words, options);
  }
  return text;
}

}  // namespace lockstep::suite
