#include "models/judge/report.h"

#include <cstddef>
#include <string>

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
  return Text(step + 1, ", after the script: ", report.afterwards);
}

std::string DescribeMinimising(const Report& report) {
  const Minimised& reduced = report.reduced;
  if (reduced.runs == 0) {
    return Text("cut off after the step, of ", report.steps_before, " steps");
  }
  return Text("from ", report.steps_before, " steps to ",
              reduced.script.ops.size(), ", in ", reduced.runs, " runs");
}

}  // namespace

std::string FormatReport(const Report& report) {
  const Violation& violation = report.reduced.violation;
  return Text("# violation  ", violation.rule, ": ", report.claim,
              "\n# step       ", DescribeStep(report), "\n# expected   ",
              violation.expected, "\n# came       ", violation.came,
              "\n# minimised  ", DescribeMinimising(report),
              "\n# To see it again, save this text and run: ", report.command,
              "\n");
}

}  // namespace lockstep::suite
