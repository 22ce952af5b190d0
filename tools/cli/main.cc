#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/version.h"

namespace lockstep::suite {
namespace {

int Main(int argc, char** argv) {
  CLI::App app(
      "Runs allocators and the models that judge them in lockstep.\n"
      "Exit codes: 0 all held, 1 something was violated, 2 bad usage or input, "
      "130 interrupted.",
      "lockstep");
  app.require_subcommand(1);
  app.set_version_flag("--version", VersionText(),
                       "Print the version, the commit that it was built from "
                       "and the versions of lockstep/port.h that it takes");
  ExitCode exit_code = kHeld;
  AddTryCommand(app, exit_code);
  AddVerifyCommand(app, exit_code);
  AddNewCommand(app, exit_code);
  AddFuzzCommand(app, exit_code);
  AddListCommand(app, exit_code);
  AddReplayCommand(app, exit_code);
  AddRandomCommand(app, exit_code);
  AddMinimiseCommand(app, exit_code);
  AddDecodeCommand(app, exit_code);
  AddEncodeCommand(app, exit_code);
  AddShowCommand(app, exit_code);
  AddExploreCommand(app, exit_code);
  AddDebugCommand(app, exit_code);
  AddExportCommand(app, exit_code);
  AddMisuseCommand(app, exit_code);
  AddManualCommand(app, exit_code);
  AddRegisteredCommands(app, exit_code);
  return Parse(app, argc, argv, exit_code);
}

}  // namespace
}  // namespace lockstep::suite

int main(int argc, char** argv) { return lockstep::suite::Main(argc, argv); }
