// lockstep list: what there is to work with.

#include <CLI/App.hpp>
#include <cstddef>
#include <iomanip>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

using Json = nlohmann::ordered_json;

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

std::string OrNothing(const char* text, std::string_view nothing = "") {
  return text == nullptr ? std::string(nothing) : AsUtf8(text);
}

Json Describe(const lockstep_port& port) {
  std::string promises;
  for (const Promise& promise : kPromises) {
    if ((port.capabilities & promise.bits) == 0) continue;
    promises += Text(promises.empty() ? "" : " ", promise.name);
  }
  const std::pair<std::string_view, std::string> rows[] = {
      {"summary", OrNothing(port.summary)},
      {"offers", FunctionsOf(port)},
      {"promises", promises.empty() ? "nothing" : promises},
      {"placement", OrNothing(port.placement, "none")}};
  std::cout << port.name << '\n';
  Json fields = {{"name", AsUtf8(port.name)}};
  for (const auto& [name, text] : rows) {
    PrintRow(name, text);
    fields[std::string(name)] = text;
  }
  return fields;
}

struct ListCommand {
  SystemChoice system;
  ResultOptions form{};

  ExitCode Run();
};

// By name, with what there is to say of it.
using Entries = std::vector<std::pair<std::string, std::string>>;

Entries Systems() {
  Entries entries;
  for (const lockstep_port* port : AllPorts()) {
    entries.emplace_back(port->name, OrNothing(port->summary));
  }
  return entries;
}

Entries Placements() {
  Entries entries;
  for (const std::string_view name : PlacementNames()) {
    entries.emplace_back(name, "see docs/semantics.md");
  }
  return entries;
}

Entries Rules() {
  Entries entries;
  for (const Rule& rule : kRules) entries.emplace_back(rule.name, rule.claim);
  return entries;
}

Entries Verbs() {
  Entries entries;
  for (std::size_t i = 0; i < kVerbs; ++i) {
    const VerbInfo& info = InfoOf(static_cast<Verb>(i));
    entries.emplace_back(info.word,
                         Text(info.summary, info.is_misuse ? " (misuse)" : ""));
  }
  return entries;
}

constexpr std::pair<std::string_view, Entries (*)()> kLists[] = {
    {"systems", Systems},
    {"placements", Placements},
    {"rules", Rules},
    {"verbs", Verbs},
};

// All, for "". Null, if there is no such list.
Json List(std::string_view what) {
  Json lists;
  for (const auto& [title, entries_of] : kLists) {
    if (!what.empty() && what != title) continue;
    std::cout << title << '\n';
    Json list = Json::object();
    for (const auto& [name, text] : entries_of()) {
      PrintRow(name, text);
      list[name] = text;
    }
    lists[std::string(title)] = std::move(list);
  }
  return lists;
}

// Of a library, all that it exports, where no name is said. Null, after a
// complaint.
Json DescribeChosen(const SystemChoice& system) {
  Json described = Json::array();
  if (system.malloc.path.empty() && IsLibrary(system.name)) {
    if (const auto ports = PortsOf(system.name)) {
      for (const lockstep_port* port : *ports) {
        described.push_back(Describe(*port));
      }
      return described;
    }
  }
  const lockstep_port* const port = system.PortOrComplain();
  if (port == nullptr) return nullptr;
  described.push_back(Describe(*port));
  return described;
}

ExitCode ListCommand::Run() {
  form.Begin();
  Json details = system.malloc.path.empty() ? List(system.name) : Json();
  if (details.is_null()) {
    Json described = DescribeChosen(system);
    if (described.is_null()) return kBadInput;
    details["described"] = std::move(described);
  }
  return form.Publish({.command = "list", .details = details.dump()});
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
  list->form.AddTo(*command);
  command->footer(
      "For example: lockstep list rules\n"
      "             lockstep list ./libmine.so");
  command->callback([list, &exit_code] { exit_code = list->Run(); });
}

}  // namespace lockstep::suite
