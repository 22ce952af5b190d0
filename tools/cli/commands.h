#ifndef LOCKSTEP_TOOLS_CLI_COMMANDS_H_
#define LOCKSTEP_TOOLS_CLI_COMMANDS_H_

// The commands of tools/lockstep. Each adds itself to the application; the exit
// code of the one that was called is left in `exit_code`.

#include "tools/cli/console.h"

namespace CLI {
class App;
class Validator;
}  // namespace CLI

namespace lockstep::suite {

void AddListCommand(CLI::App& app, ExitCode& exit_code);
void AddReplayCommand(CLI::App& app, ExitCode& exit_code);
void AddRandomCommand(CLI::App& app, ExitCode& exit_code);
void AddMinimiseCommand(CLI::App& app, ExitCode& exit_code);
void AddDecodeCommand(CLI::App& app, ExitCode& exit_code);
void AddEncodeCommand(CLI::App& app, ExitCode& exit_code);
void AddShowCommand(CLI::App& app, ExitCode& exit_code);
void AddExploreCommand(CLI::App& app, ExitCode& exit_code);
void AddDebugCommand(CLI::App& app, ExitCode& exit_code);
void AddExportCommand(CLI::App& app, ExitCode& exit_code);
void AddMisuseCommand(CLI::App& app, ExitCode& exit_code);
void AddNewCommand(CLI::App& app, ExitCode& exit_code);
void AddFuzzCommand(CLI::App& app, ExitCode& exit_code);
void AddTryCommand(CLI::App& app, ExitCode& exit_code);
void AddVerifyCommand(CLI::App& app, ExitCode& exit_code);
void AddManualCommand(CLI::App& app, ExitCode& exit_code);

// A command of a library that not every program has: `static const` in one that
// is linked with alwayslink.
class RegisteredCommand {
 public:
  using Add = void (*)(CLI::App& app, ExitCode& exit_code);
  explicit RegisteredCommand(Add add);
};
void AddRegisteredCommands(CLI::App& app, ExitCode& exit_code);

// Of an option: a number above 0. CLI11's own prints the largest that there is.
const CLI::Validator& IsPositive();

// Of an option: a whole number above 0, also as 1e6.
const CLI::Validator& IsCount();

// Of an option: 0 to 2^64 - 1. CLI11 alone takes -1, and more, for the largest.
const CLI::Validator& IsSeed();

// Of all programs: looks at the ports, parses, and so runs what was asked for.
// What could not be written to standard output is bad input, and said.
ExitCode Parse(CLI::App& app, int argc, char** argv, const ExitCode& exit_code);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_COMMANDS_H_
