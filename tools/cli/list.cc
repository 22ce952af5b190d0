// lockstep list: what there is to work with.

#include <CLI/App.hpp>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/spec/spec.h"
#include "models/system/rules.h"
#include "ports/library/library.h"
#include "ports/promises.h"
#include "ports/registry.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

void PrintRow(std::string_view name, std::string_view text) {
  std::cout << "  " << std::left << std::setw(12) << name << "  " << text
            << '\n';
}

template <typename Function>
void AddIf(Function* function, std::string_view name, std::string& names) {
  if (function != nullptr) names += Text(names.empty() ? "" : " ", name);
}

std::string FunctionsOf(const lockstep_port& port) {
  std::string names;
  AddIf(port.init, "init", names);
  AddIf(port.add, "add", names);
  AddIf(port.attach, "attach", names);
  AddIf(port.allocate, "allocate", names);
  AddIf(port.deallocate, "deallocate", names);
  AddIf(port.reallocate, "reallocate", names);
  AddIf(port.reallocate_zeroed, "reallocate_zeroed", names);
  AddIf(port.resize, "resize", names);
  AddIf(port.allocate_zeroed, "allocate_zeroed", names);
  AddIf(port.allocate_many, "allocate_many", names);
  AddIf(port.deallocate_many, "deallocate_many", names);
  AddIf(port.usable, "usable", names);
  AddIf(port.usable_of, "usable_of", names);
  AddIf(port.statistics, "statistics", names);
  AddIf(port.footprint, "footprint", names);
  AddIf(port.audit, "audit", names);
  AddIf(port.trim, "trim", names);
  AddIf(port.needs, "needs", names);
  AddIf(port.steps, "steps", names);
  return names;
}

void Describe(const lockstep_port& port) {
  std::string promises;
  for (const Promise& promise : kPromises) {
    if ((port.capabilities & promise.bits) == 0) continue;
    promises += Text(promises.empty() ? "" : " ", promise.name);
  }
  std::cout << port.name << '\n';
  PrintRow("summary", port.summary == nullptr ? "" : port.summary);
  PrintRow("offers", FunctionsOf(port));
  PrintRow("promises", promises.empty() ? "nothing" : promises);
  PrintRow("placement", port.placement == nullptr ? "none" : port.placement);
}

struct ListCommand {
  SystemChoice system;

  ExitCode Run() const;
};

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

ExitCode ListCommand::Run() const {
  static constexpr std::array<std::string_view, 5> kLists = {
      "", "systems", "placements", "rules", "verbs"};
  const bool is_malloc = !system.malloc.path.empty();
  if (!is_malloc && std::ranges::find(kLists, system.name) != kLists.end()) {
    List(system.name);
    return kHeld;
  }
  if (!is_malloc && IsLibrary(system.name)) {
    // All that it exports, where no name is said.
    if (const auto ports = PortsOf(system.name)) {
      for (const lockstep_port* port : *ports) Describe(*port);
      return kHeld;
    }
  }
  const lockstep_port* const port = system.PortOrComplain();
  if (port == nullptr) return kBadInput;
  Describe(*port);
  return kHeld;
}

}  // namespace

void AddListCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "list", "List the systems, placements, rules and verbs");
  const auto list = std::make_shared<ListCommand>();
  command->add_option("what", list->system.name,
                      "Only systems, placements, rules or verbs; or a library "
                      "or a system: what it offers and promises");
  list->system.AddMallocTo(*command);
  command->footer(
      "For example: lockstep list rules\n"
      "             lockstep list ./libmine.so");
  command->callback([list, &exit_code] { exit_code = list->Run(); });
}

}  // namespace lockstep::suite
