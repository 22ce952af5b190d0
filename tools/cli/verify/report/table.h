#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_TABLE_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_TABLE_H_

// What is printed in the end: a table of the jobs, the findings, the problems.

#include <cstddef>
#include <string>
#include <vector>

#include "tools/cli/verify/job.h"
#include "tools/cli/verify/outcome.h"
#include "tools/cli/verify/report/findings.h"

namespace lockstep::suite::verify {

// After a job has ended.
void PrintLine(const Job& job);

void PrintTable(const std::vector<const Job*>& jobs, const Outcome& total,
                double seconds, std::size_t width);

// Of each finding the first violation; of the others, where they are.
void PrintFindings(const std::vector<Group>& groups,
                   const std::string& program);
void PrintProblems(const std::vector<const Job*>& jobs);

// The command that shows a violation again; "" without a trace.
std::string CommandFor(const Violation& violation, const std::string& program);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_TABLE_H_
