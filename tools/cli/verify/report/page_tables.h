#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_TABLES_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_TABLES_H_

// The tables of the page.

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tools/cli/verify/job.h"

namespace lockstep::suite::verify {

// Of systems and sources: what came of each pair.
std::string MatrixOf(const std::vector<const Job*>& jobs);

// Of fuzz targets, from the fields of verify.json; "" if there are none.
std::string FuzzingOf(const nlohmann::ordered_json& fields);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_PAGE_TABLES_H_
