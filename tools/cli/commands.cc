#include "tools/cli/commands.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iostream>
#include <new>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/script/nearest.h"
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

// What begins with a dash is CLI11's.
bool IsCommandOrComplain(const CLI::App& app, std::string_view word) {
  if (word.starts_with('-')) return true;
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_name() == word) return true;
    if (command->get_group().empty()) continue;  // It is hidden.
    names.push_back(command->get_name());
  }
  std::string known;
  for (const std::string& name : names) known += Text(" ", name);
  Complain(Text("there is no command '", word, "'; ", DidYouMean(word, names),
                "There are:", known));
  return false;
}

// After CLI11 has said that it does not know it.
void SuggestOption(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands()) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
  }
  for (const std::string& word : app.remaining(true)) {
    const std::string_view option(word);
    if (!option.starts_with("--")) continue;
    const std::string said =
        DidYouMean(option.substr(0, option.find('=')), names);
    if (!said.empty()) Complain(said);
  }
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
        return Text("'", text, "' is not a number above 0");
      },
      "POSITIVE");
  return kIsPositive;
}

const CLI::Validator& IsCount() {
  static const CLI::Validator kIsCount(
      [](std::string& text) -> std::string {
        constexpr double kMost = 1e18;
        double number = 0;
        const char* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        if (read.ec != std::errc() || read.ptr != end || !(number >= 1) ||
            number > kMost || std::floor(number) != number) {
          return Text("'", text, "' is no whole number from 1 to 10^18");
        }
        text = std::to_string(static_cast<std::uint64_t>(number));
        return "";
      },
      "COUNT");
  return kIsCount;
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
  if (argc > 1 && !IsCommandOrComplain(app, argv[1])) return kBadInput;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return WrittenOrComplain(kHeld);
    SuggestOption(app);
    return kBadInput;
  } catch (const std::bad_alloc&) {
    Complain("there is not enough memory for an arena of this size");
    return kBadInput;
  } catch (const std::exception& error) {
    Complain(error.what());
    return kBadInput;
  }
  return WrittenOrComplain(
      WasInterrupted() && exit_code == kBadInput ? kInterrupted : exit_code);
}

}  // namespace lockstep::suite
