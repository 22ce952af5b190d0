#ifndef LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_FINDINGS_H_
#define LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_FINDINGS_H_

// Violations that show one fault are one group: those that break the same rule
// at the same place, or with traces that differ in nothing but numbers and
// names.

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/cli/verify/job.h"
#include "tools/cli/verify/outcome.h"

namespace lockstep::suite::verify {

struct Group {
  const Violation& First() const { return *entries.front().second; }
  const Job& FirstJob() const { return *entries.front().first; }
  std::vector<std::string> Sources() const;
  std::vector<std::string> Systems() const;

  std::string claim;  // What the rule says; "" if no report names it.
  // The shortest first, the others in the order in which they were found.
  std::vector<std::pair<const Job*, const Violation*>> entries;
};

// Of jobs that are added up, the shortest first.
std::vector<Group> GroupViolations(const std::vector<const Job*>& jobs);

// Where a crash was, as far as its report says so: a line of a source, or a
// function.
std::string PlaceOf(const Finding& finding);

}  // namespace lockstep::suite::verify

#endif  // LOCKSTEP_TOOLS_CLI_VERIFY_REPORT_FINDINGS_H_
