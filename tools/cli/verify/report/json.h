#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_JSON_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_JSON_H_

// What verify.json says of jobs and of findings.

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "tools/cli/result/finding.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/report/findings.h"

namespace lockstep::suite::verify {

nlohmann::ordered_json DescribeJob(const Job& job,
                                   const std::vector<Group>& groups);
nlohmann::ordered_json DescribeGroups(const std::vector<Group>& groups);

// As other programs are told of it.
Finding FindingOf(const Violation& violation, const Job& job);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_JSON_H_
