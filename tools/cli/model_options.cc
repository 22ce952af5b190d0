#include "tools/cli/model_options.h"

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "models/judge/minimise.h"
#include "models/script/text.h"
#include "ports/library/library.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"

namespace lockstep::suite {

void ModelOptions::AddTo(CLI::App& command) {
  defaults = names;
  command
      .add_option("--models", names, "Which models judge, separated by commas")
      ->delimiter(',')
      ->check(CLI::IsMember(names))
      ->capture_default_str();
  command
      .add_option(
          "--check-every", check_every,
          "Look at all live blocks and run the audit every N operations")
      ->check(IsPositive())
      ->capture_default_str();
  AddTwinTo(command);
  AddCellTo(command);
}

void ModelOptions::AddTwinTo(CLI::App& command) {
  const auto fault = [](const std::string& name) -> std::string {
    const auto port = FindSystem(name);
    return port ? "" : port.error();
  };
  command
      .add_option("--twin", twin,
                  "Another system, that must come to the same in step")
      ->check(CLI::Validator(fault, "SYSTEM"));
}

void ModelOptions::AddCellTo(CLI::App& command) {
  command.add_flag("--in-process", is_in_process,
                   "Run nothing in a child process, for a debugger. A crash or "
                   "a hang then ends all");
  command
      .add_option("--minimise-seconds", minimise_seconds,
                  "Spend at most this time on making a script short")
      ->check(IsPositive())
      ->capture_default_str();
}

std::string ModelOptions::Arguments() const {
  std::string text = Text(" --check-every ", check_every);
  if (names != defaults) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      text += Text(i == 0 ? " --models " : ",", names[i]);
    }
  }
  return twin.empty() ? text : Text(text, " --twin ", twin);
}

Jury::Options ModelOptions::Chosen() const {
  const auto has = [&](std::string_view name) {
    return std::ranges::find(names, name) != names.end();
  };
  const auto go_on = [progress =
                          std::make_shared<Progress>()](const Minimised& best) {
    progress->Show(Text("making it short: ", best.script.ops.size(),
                        " steps after ", Grouped(best.runs), " runs"));
    return !WasInterrupted();
  };
  return {.shadow = has("shadow"),
          .placement = has("placement"),
          .recording = has("recording"),
          .twin = twin.empty() ? nullptr : FindSystem(twin).value_or(nullptr),
          .check_every = check_every,
          .program = ProgramName(),
          .is_in_process = is_in_process,
          .minimise_seconds = minimise_seconds,
          .go_on = go_on};
}

}  // namespace lockstep::suite
