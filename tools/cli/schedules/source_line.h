#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULES_SOURCE_LINE_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULES_SOURCE_LINE_H_

#include <cstdint>
#include <string>

namespace lockstep::suite {

// "pool.c:31", for an instruction in this process; "" if that is not known:
// without debug information, or without llvm-symbolizer and addr2line.
//   Complexity it runs another program.
std::string SourceLineOf(std::uintptr_t instruction);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULES_SOURCE_LINE_H_
