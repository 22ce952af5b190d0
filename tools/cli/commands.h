#ifndef LOCKSTEP_TOOLS_CLI_COMMANDS_H_
#define LOCKSTEP_TOOLS_CLI_COMMANDS_H_

// The commands of tools/lockstep. Each adds itself to the application; the exit
// code of the one that was called is left in `exit_code`.

#include <CLI/App.hpp>

#include "tools/cli/console.h"

namespace lockstep {

void AddListCommand(CLI::App& app, ExitCode& exit_code);
void AddReplayCommand(CLI::App& app, ExitCode& exit_code);
void AddRandomCommand(CLI::App& app, ExitCode& exit_code);
void AddMinimiseCommand(CLI::App& app, ExitCode& exit_code);
void AddShowCommand(CLI::App& app, ExitCode& exit_code);

}  // namespace lockstep

#endif  // LOCKSTEP_TOOLS_CLI_COMMANDS_H_
