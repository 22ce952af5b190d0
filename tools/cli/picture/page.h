#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_PAGE_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_PAGE_H_

// A judged trace as a page of HTML that needs nothing else.

#include <string>
#include <string_view>

#include "tools/cli/picture/scene.h"

namespace lockstep::suite {

// The command shows the same again, in a terminal.
std::string MakePage(const Judged& judged, std::string_view command);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_PAGE_H_
