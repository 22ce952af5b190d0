// lockstep manual: writes the pages and the completions that are installed. It
// is hidden, because only builds call it (tools/cmake).

#include "tools/cli/manual/manual.h"

#include <CLI/App.hpp>
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"

namespace lockstep::suite {
namespace {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

// CLI11 says "UINT:POSITIVE", "TEXT:{shadow,placement}", "INT in [1 - 64]".
void DescribeValue(std::string_view type, DescribedOption& described) {
  const std::string_view check = type.substr(type.find(':') + 1);
  const std::size_t range = check.find(" in [");
  if (check.starts_with('{')) {
    described.choices = Split(check.substr(1, check.size() - 2), ',');
    described.value = Joined(described.choices, "|");
    described.suggest = Suggest::kChoices;
  } else if (range != check.npos) {
    described.value = "NUMBER";
    described.notes.push_back(Text("in ", check.substr(range + 4)));
  } else {
    described.value = check == "POSITIVE" ? "NUMBER" : check;
    std::ranges::replace(described.value, ' ', '-');
  }
}

// The names of options and values that mean the same in all commands.
Suggest SuggestFor(const DescribedOption& described) {
  static constexpr std::array<std::string_view, 4> kSystems = {
      "system", "systems", "what", "--system"};
  const std::string& name = described.names.back();
  if (described.value == "SYSTEM") return Suggest::kSystems;
  if (std::ranges::find(kSystems, name) != kSystems.end()) {
    return Suggest::kSystems;
  }
  if (described.value == "RULE") return Suggest::kRules;
  return described.value == "TEXT" ? Suggest::kFiles : described.suggest;
}

DescribedOption DescribeOption(const CLI::Option& option) {
  DescribedOption described;
  for (const std::string& name : option.get_snames()) {
    described.names.push_back(Text("-", name));
  }
  for (const std::string& name : option.get_lnames()) {
    described.names.push_back(Text("--", name));
  }
  if (described.names.empty()) described.names = {option.get_name(true)};
  described.text = option.get_description();
  described.is_required = option.get_required();
  described.is_repeated = option.get_items_expected_max() > 1;
  if (option.get_type_size() == 0) return described;
  DescribeValue(option.get_type_name(), described);
  described.suggest = SuggestFor(described);
  if (const std::string& value = option.get_default_str(); !value.empty()) {
    described.notes.push_back(Text("default: ", value));
  }
  for (const CLI::Option* other : option.get_needs()) {
    described.notes.push_back(Text("needs ", other->get_name()));
  }
  for (const CLI::Option* other : option.get_excludes()) {
    described.notes.push_back(Text("not with ", other->get_name()));
  }
  return described;
}

DescribedCommand DescribeCommand(const CLI::App& app) {
  DescribedCommand described;
  if (app.get_parent() != nullptr) described.name = app.get_name();
  described.text = app.get_description();
  described.footer = app.get_footer();
  for (const CLI::Option* option : app.get_options({})) {
    (option->nonpositional() ? described.options : described.positionals)
        .push_back(DescribeOption(*option));
  }
  return described;
}

bool WritePages(const std::vector<DescribedCommand>& commands,
                const std::string& folder) {
  if (!MakeFolder(folder)) return false;
  return std::ranges::all_of(commands, [&](const DescribedCommand& command) {
    const std::string name =
        command.name.empty() ? "lockstep" : Text("lockstep-", command.name);
    return WriteFile(Text(folder, "/", name, ".1"),
                     ManualPage(commands, command));
  });
}

struct ManualCommand {
  std::string folder;

  ExitCode Run(const CLI::App& app) const;
};

ExitCode ManualCommand::Run(const CLI::App& app) const {
  const std::vector<DescribedCommand> commands = Describe(app);
  if (!WritePages(commands, folder + "/man/man1")) return kBadInput;
  const std::array<std::array<std::string, 3>, 3> completions = {{
      {"/bash-completion/completions", "/lockstep", BashCompletion(commands)},
      {"/zsh/site-functions", "/_lockstep", ZshCompletion(commands)},
      {"/fish/vendor_completions.d", "/lockstep.fish",
       FishCompletion(commands)},
  }};
  for (const auto& [place, file, text] : completions) {
    if (!MakeFolder(folder + place)) return kBadInput;
    if (!WriteFile(folder + place + file, text)) return kBadInput;
  }
  return kHeld;
}

}  // namespace

std::string FirstLine(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

std::string Joined(const std::vector<std::string>& parts,
                   std::string_view separator) {
  std::string joined;
  for (const std::string& part : parts) {
    joined += Text(joined.empty() ? "" : separator, part);
  }
  return joined;
}

std::vector<DescribedCommand> Describe(const CLI::App& app) {
  std::vector<DescribedCommand> commands = {DescribeCommand(app)};
  for (const CLI::App* command : app.get_subcommands({})) {
    if (command->get_group().empty()) continue;
    commands.push_back(DescribeCommand(*command));
  }
  return commands;
}

void AddManualCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "manual", "Write the manual pages and the completions for shells");
  const auto manual = std::make_shared<ManualCommand>();
  command
      ->add_option("folder", manual->folder,
                   "Below this folder, such as /usr/local/share")
      ->required();
  command->group("");
  command->callback(
      [manual, &app, &exit_code] { exit_code = manual->Run(app); });
}

}  // namespace lockstep::suite
