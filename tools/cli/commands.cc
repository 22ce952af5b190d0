#include "tools/cli/commands.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <exception>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "ports/registry.h"
#include "tools/cli/console.h"

namespace lockstep::suite {
namespace {

// Made by whichever command comes first.
std::vector<RegisteredCommand::Add>& Registered() {
  static std::vector<RegisteredCommand::Add> commands;
  return commands;
}

// A disk may be full. The stream keeps to itself which of its writes failed.
ExitCode WrittenOrComplain(ExitCode exit_code) {
  if (std::cout.flush()) return exit_code;
  Complain("standard output cannot be written; what it has is not all");
  return Worse(exit_code, kBadInput);
}

}  // namespace

RegisteredCommand::RegisteredCommand(Add add) { Registered().push_back(add); }

void AddRegisteredCommands(CLI::App& app, ExitCode& exit_code) {
  for (const RegisteredCommand::Add add : Registered()) add(app, exit_code);
}

const CLI::Validator& IsPositive() {
  static const CLI::Validator kIsPositive(
      [](const std::string& text) -> std::string {
        double number = 0;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        if (read.ec == std::errc() && read.ptr == end && number > 0 &&
            std::isfinite(number)) {
          return "";
        }
        return Text("'", text, "' is no number above 0");
      },
      "POSITIVE");
  return kIsPositive;
}

const CLI::Validator& IsSeed() {
  static const CLI::Validator kIsSeed(
      [](const std::string& text) -> std::string {
        std::uint64_t seed = 0;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, seed);
        if (read.ec == std::errc() && read.ptr == end) return "";
        return Text("'", text, "' is no whole number from 0 to 2^64 - 1");
      },
      "SEED");
  return kIsSeed;
}

ExitCode Parse(CLI::App& app, int argc, char** argv,
               const ExitCode& exit_code) {
  BeginProgram(argv[0]);
  for (const lockstep_port* port : AllPorts()) {
    const std::string fault = FaultOf(*port);
    if (fault.empty()) continue;
    Complain(Text("the port ", port->name == nullptr ? "" : port->name, ": ",
                  fault, " (lockstep/port.h)"));
    return kBadInput;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? WrittenOrComplain(kHeld) : kBadInput;
  } catch (const std::exception& error) {
    Complain(error.what());
    return kBadInput;
  }
  return WrittenOrComplain(exit_code);
}

}  // namespace lockstep::suite
