#ifndef LOCKSTEP_TOOLS_CLI_LANES_LANES_H_
#define LOCKSTEP_TOOLS_CLI_LANES_LANES_H_

// A script with threads as lanes, one for each thread. Time runs downwards.
//
//     thread 1                 thread 2
//     alloc b0 ...
//     |
//     |--- point 7 of 31 ----->
//     :                        alloc b1 ...
//     :                        |
//     :                        '-> 64
//     <--- thread 2 is done ---'
//     | goes on
//     |
//     '-> 64
//     ^^^ violated: disjoint
//
//   Complexity O(slices), and for each of them O(ops).

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "models/schedule/slice.h"
#include "models/script/trace.h"
#include "models/system/model.h"

namespace lockstep::suite {

// The slices say what happened, in order. Without any, the ops are drawn in the
// order of the script, with the switches that it asks for.

// Ends with the violation in words. Lines are no longer than the columns,
// unless a lane would have fewer than twelve of them, or a word is longer than
// its lane.
std::string LanesAsText(const Trace& trace, std::span<const Slice> slices,
                        const std::optional<Violation>& violation,
                        std::size_t columns);

// An HTML element that contains its own style sheet.
std::string LanesAsHtml(const Trace& trace, std::span<const Slice> slices,
                        const std::optional<Violation>& violation);

// The same as a page, which quotes the command that shows it in a terminal.
std::string LanesAsPage(const Trace& trace, std::span<const Slice> slices,
                        const std::optional<Violation>& violation,
                        std::string_view command);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_LANES_LANES_H_
