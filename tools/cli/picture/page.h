#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_PAGE_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_PAGE_H_

// A judged trace as a page of HTML that needs nothing else.

#include <optional>
#include <string>
#include <string_view>

#include "models/script/trace.h"
#include "models/system/model.h"
#include "tools/cli/picture/scene.h"

namespace lockstep::suite {

// The command shows the same again, in a terminal.
std::string MakePage(const Judged& judged, std::string_view command);

// What any such page has.
struct PageParts {
  std::string_view verdict;  // Without a violation: what is said of the trace.
  std::string_view heading;  // Of the drawing.
  std::string drawing;       // HTML.
  std::string_view command;
};
std::string MakePage(const Trace& trace,
                     const std::optional<Violation>& violation,
                     const PageParts& parts);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_PAGE_H_
