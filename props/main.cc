// The properties as a program of their own, for whatever ports it is linked
// with.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "props/command.h"
#include "tools/cli/commands.h"

int main(int argc, char** argv) {
  CLI::App app(
      "Searches for scripts that refute a property of a system.\n"
      "Exit codes: 0 all held, 1 something was violated, 2 bad usage or input, "
      "130 interrupted.",
      "props");
  lockstep::ExitCode exit_code = lockstep::kHeld;
  lockstep::AddPropsOptions(app, exit_code);
  return lockstep::Parse(app, argc, argv, exit_code);
}
