#ifndef LOCKSTEP_TOOLS_CLI_TRY_TELLING_H_
#define LOCKSTEP_TOOLS_CLI_TRY_TELLING_H_

// What `lockstep try` prints about a finding, and about what could not be found.

#include "tools/cli/result/finding.h"
#include "tools/cli/try/prepare.h"

namespace lockstep::suite {

// A finding whose trace was saved: its last steps as a picture, and the commands
// that show it again.
void TellFinding(const Finding& finding, const Prepared& prepared);

// Of what held: what the port would have to promise to have more judged. Nothing,
// if it promises that, or if there is no port.
void TellWhatWasNotJudged(const Prepared& prepared);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_TRY_TELLING_H_
