#ifndef LOCKSTEP_PROPS_COMMAND_H_
#define LOCKSTEP_PROPS_COMMAND_H_

// Properties on the command line: of `lockstep props`, and of a program of its
// own.

#include <CLI/App.hpp>

#include "tools/cli/console.h"

namespace lockstep {

void AddPropsOptions(CLI::App& command, ExitCode& exit_code);

}  // namespace lockstep

#endif  // LOCKSTEP_PROPS_COMMAND_H_
