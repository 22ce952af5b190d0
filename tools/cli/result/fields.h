#ifndef LOCKSTEP_TOOLS_CLI_RESULT_FIELDS_H_
#define LOCKSTEP_TOOLS_CLI_RESULT_FIELDS_H_

// A finding as docs/results.md has it, for those that write JSON of their own.

#include <nlohmann/json_fwd.hpp>

#include "tools/cli/result/finding.h"

namespace lockstep::suite {

nlohmann::ordered_json FieldsOf(const Finding& finding);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_RESULT_FIELDS_H_
