#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_H_

// The report as a page that needs nothing else: findings as drawings, and a
// matrix of what ran.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/cli/verify/job.h"
#include "tools/cli/verify/report/findings.h"

namespace lockstep::suite::verify {

struct PageContents {
  const std::vector<const Job*>& jobs;
  const std::vector<Group>& groups;
  const nlohmann::ordered_json& fields;  // All of verify.json.
  const std::string& shown_program;      // As people call it.
  const std::string& program;            // That draws.
};

std::string MakeReportPage(const PageContents& contents);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_H_
