#ifndef LOCKSTEP_TOOLS_CLI_SCHEDULES_SOURCE_LINE_H_
#define LOCKSTEP_TOOLS_CLI_SCHEDULES_SOURCE_LINE_H_

#include <cstdint>
#include <string>

namespace lockstep::suite {

// "pool.c:31", of an instruction that this process has loaded; "" if that cannot
// be known: without debug information, or without llvm-symbolizer and addr2line.
//   Complexity a process.
std::string SourceLineOf(std::uintptr_t instruction);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_SCHEDULES_SOURCE_LINE_H_
