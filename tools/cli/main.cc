#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <exception>
#include <string>

#include "models/port.h"
#include "models/text.h"
#include "ports/registry.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"

namespace lockstep {
namespace {

int Main(int argc, char** argv) {
  CLI::App app(
      "Runs allocators and the models that judge them in lockstep.\n"
      "Exit codes: 0 all held, 1 something was violated, 2 bad usage or input, "
      "130 interrupted.",
      "lockstep");
  app.require_subcommand(1);
  for (const lockstep_port* port : AllPorts()) {
    const std::string fault = FaultOf(*port);
    if (fault.empty()) continue;
    Complain(Text("the port ", port->name, ": ", fault, " (models/port.h)"));
    return kBadInput;
  }
  ExitCode exit_code = kHeld;
  AddListCommand(app, exit_code);
  AddReplayCommand(app, exit_code);
  AddRandomCommand(app, exit_code);
  AddMinimiseCommand(app, exit_code);
  AddShowCommand(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kHeld : kBadInput;
  } catch (const std::exception& error) {
    Complain(error.what());
    return kBadInput;
  }
  return exit_code;
}

}  // namespace
}  // namespace lockstep

int main(int argc, char** argv) { return lockstep::Main(argc, argv); }
