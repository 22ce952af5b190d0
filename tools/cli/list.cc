// lockstep list: what there is to work with.

#include <CLI/App.hpp>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/spec/spec.h"
#include "models/system/rules.h"
#include "ports/registry.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"

namespace lockstep::suite {
namespace {

void PrintRow(std::string_view name, std::string_view text) {
  std::cout << "  " << std::left << std::setw(12) << name << "  " << text
            << '\n';
}

void List(std::string_view what) {
  if (what.empty() || what == "systems") {
    std::cout << "systems\n";
    for (const lockstep_port* port : AllPorts()) {
      PrintRow(port->name, port->summary == nullptr ? "" : port->summary);
    }
  }
  if (what.empty() || what == "placements") {
    std::cout << "placements\n";
    for (const std::string_view name : PlacementNames()) {
      PrintRow(name, "see docs/semantics.md");
    }
  }
  if (what.empty() || what == "rules") {
    std::cout << "rules\n";
    for (const Rule& rule : kRules) PrintRow(rule.name, rule.claim);
  }
  if (what.empty() || what == "verbs") {
    std::cout << "verbs\n";
    for (std::size_t i = 0; i < kVerbs; ++i) {
      const VerbInfo& info = InfoOf(static_cast<Verb>(i));
      PrintRow(info.word,
               std::string(info.summary) + (info.is_misuse ? " (misuse)" : ""));
    }
  }
}

}  // namespace

void AddListCommand(CLI::App& app, ExitCode& /*exit_code*/) {
  CLI::App* const command = app.add_subcommand(
      "list", "List the systems, placements, rules and verbs");
  static std::string what;
  command->add_option("what", what, "Only one of them")
      ->check(CLI::IsMember({"systems", "placements", "rules", "verbs"}));
  command->callback([] { List(what); });
}

}  // namespace lockstep::suite
