// lockstep new: a folder to begin with.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cctype>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/compiler.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/fuzz_engine.h"
#include "tools/cli/new/templates.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

struct New {
  std::string kind;
  std::string name;

  ExitCode Run() const;
};

std::string FaultOfName(const std::string& name) {
  const bool is_word =
      !name.empty() &&
      std::isalpha(static_cast<unsigned char>(name.front())) != 0;
  return is_word && name.find_first_not_of(
                        "abcdefghijklmnopqrstuvwxyz0123456789_") == name.npos
             ? ""
             : Text("'", name,
                    "' is not a name: use lower case letters, digits and "
                    "underscores, and begin with a letter");
}

void Replace(std::string& text, std::string_view word, std::string_view with) {
  for (std::size_t at = text.find(word); at != text.npos;
       at = text.find(word, at + with.size())) {
    text.replace(at, word.size(), with);
  }
}

// What starts this program: its name, where it is installed.
std::string Command() {
  std::error_code error;
  const bool is_installed =
      fs::equivalent(FileInPath("lockstep"), ProgramPath(), error);
  return is_installed ? "lockstep" : ProgramPath();
}

std::string Filled(std::string_view text, const Template& chosen,
                   std::string_view name) {
  std::string filled(text);
  for (const Word& word : chosen.words) {
    Replace(filled, word.word, word.stands_for);
  }
  const std::string include = IncludeFolder();
  Replace(filled, "@INCLUDE@", include.empty() ? "" : "-I" + include);
  Replace(filled, "@LOCKSTEP@", Command());
  const std::string crate = CrateFolder();
  Replace(filled, "@CRATE@", crate.empty() ? "../lockstep/ports/rust" : crate);
  Replace(filled, "@RUSTFLAGS@", kRustFlags);
  Replace(filled, "NAME", name);
  return filled;
}

ExitCode New::Run() const {
  std::error_code error;
  if (fs::exists(name, error)) {
    Complain(Text(name, " is there already; nothing was written"));
    return kBadInput;
  }
  for (const Template& chosen : Templates()) {
    if (chosen.kind != kind) continue;
    for (const TemplateFile& file : chosen.files) {
      const fs::path path = fs::path(name) / Filled(file.path, chosen, name);
      if (!MakeFolder(path.parent_path().string()) ||
          !WriteFile(path.string(), Filled(file.text, chosen, name))) {
        return kBadInput;
      }
    }
    std::cout << name << ": " << chosen.summary << ". Begin with: cd " << name
              << " && " << (kind == "rust" ? "cargo test" : "make")
              << "; README.md says what to replace\n";
  }
  return kHeld;
}

}  // namespace

void AddNewCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "new",
      "Make a folder with a port that works, to be replaced with your own");
  const auto made = std::make_shared<New>();
  std::vector<std::string> kinds;
  for (const Template& one : Templates()) kinds.emplace_back(one.kind);
  command
      ->add_option("kind", made->kind,
                   "c or cpp: a port; malloc: a library that replaces malloc; "
                   "rust: a crate; zig: a port, tried with Zig 0.11 only. For "
                   "other languages that link with C, begin with c")
      ->required()
      ->check(CLI::IsMember(kinds));
  command->add_option("name", made->name, "Of the system, and of the folder")
      ->required()
      ->check(CLI::Validator(FaultOfName, "NAME"));
  command->footer("For example: lockstep new c mine");
  command->callback([made, &exit_code] { exit_code = made->Run(); });
}

}  // namespace lockstep::suite
