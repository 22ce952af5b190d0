#ifndef LOCKSTEP_TOOLS_CLI_PICTURE_TABLE_H_
#define LOCKSTEP_TOOLS_CLI_PICTURE_TABLE_H_

// A judged trace for a terminal: a line for each step, with a map of the memory
// behind it.

#include <cstddef>
#include <iosfwd>
#include <limits>

#include "tools/cli/picture/scene.h"

namespace lockstep::suite {

struct TableOptions {
  std::size_t from = 1;  // Steps, from 1.
  std::size_t to = std::numeric_limits<std::size_t>::max();
  std::size_t map_columns = 0;       // 0: what there is room for.
  std::size_t terminal_columns = 0;  // 0: it is no terminal.
  bool has_colour = false;
};

// The step that breaks a rule is shown wherever the range ends.
void PrintTable(std::ostream& out, const Judged& judged,
                const TableOptions& options);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_PICTURE_TABLE_H_
