// lockstep show: a trace as a table, with a map of the memory after each step.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iomanip>
#include <iostream>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "lockstep/port.h"
#include "models/judge/lockstep.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/memory_map.h"

namespace lockstep::suite {
namespace {

struct Show {
  std::string path;
  std::string system;
  std::size_t width = 0;  // 0: DefaultWidth.
  std::size_t from = 1;
  std::size_t to = std::numeric_limits<std::size_t>::max();

  ExitCode Run() const;
  ExitCode PrintTrace(const Trace& trace, const lockstep_port& port) const;
};

// What stands beside the map, with a short outcome.
constexpr std::size_t kTextColumns = 57;
constexpr std::size_t kLeastWidth = 16;
constexpr std::size_t kMostWidth = 64;

// So that a line of the table is a line of the terminal.
std::size_t DefaultWidth() {
  const std::size_t columns = TerminalColumns();
  return columns == 0 ? kMostWidth
                      : std::clamp(columns, kTextColumns + kLeastWidth,
                                   kTextColumns + kMostWidth) -
                            kTextColumns;
}

std::string Recorded(const Trace& trace, std::size_t step,
                     const Outcome& came) {
  const auto& expected = trace.outcomes[step];
  const Op& op = trace.script.ops[step];
  if (!expected || SameOutcome(op, *expected, came)) return "";
  return Text("  (recorded: ", FormatOutcome(op, *expected), ")");
}

// Over the columns of the map: which part of the arena it shows.
void PrintHeader(const MemoryMap& map, std::size_t width) {
  const std::string from = Text(map.window().start);
  const std::string to = Text(map.window().end);
  const std::size_t gap =
      width > from.size() + to.size() ? width - from.size() - to.size() : 1;
  std::cout << Grouped(map.ColumnBytes())
            << " bytes a column; . free, a letter a block, # several, blank no "
               "region\n"
            << std::left << std::setw(6) << "step" << std::setw(38) << "op"
            << ' ' << from << std::string(gap, ' ') << to << "  outcome\n";
}

ExitCode Show::PrintTrace(const Trace& trace, const lockstep_port& port) const {
  const std::size_t columns = width == 0 ? DefaultWidth() : width;
  MemoryMap map(columns);
  Lockstep lockstep(port, {&map});
  // Once to see what is worth showing, once to show it. What goes wrong in the
  // first run goes wrong again in the second.
  (void)lockstep.Run(trace.script);
  map.ShowOnly(map.Touched());
  PrintHeader(map, columns);
  lockstep.Begin(trace.script.arena);
  const std::size_t end = std::min(to, trace.script.ops.size());
  for (std::size_t step = 0; step < end; ++step) {
    const Op& op = trace.script.ops[step];
    const Verdict verdict = lockstep.Step(op);
    if (step + 1 >= from) {
      std::cout << std::left << std::setw(6) << step + 1 << std::setw(38)
                << FormatOp(op) << '|' << map.Draw() << "| "
                << FormatOutcome(op, lockstep.outcome())
                << Recorded(trace, step, lockstep.outcome()) << '\n';
    }
    if (verdict) {
      std::cout << "violated: " << verdict->rule << ": expected "
                << verdict->expected << ", came " << verdict->came << '\n';
      return kViolated;
    }
  }
  if (end < trace.script.ops.size()) return kHeld;
  const Verdict verdict = lockstep.Finish();
  if (!verdict) return kHeld;
  std::cout << "then everything is freed; violated: " << verdict->rule
            << ": expected " << verdict->expected << ", came " << verdict->came
            << '\n';
  return kViolated;
}

ExitCode Show::Run() const {
  const std::optional<Trace> trace = ReadTrace(path);
  if (!trace) return kBadInput;
  const lockstep_port* const port = PortOrComplain(
      system.empty() ? trace->component : system, system.empty() ? path : "");
  if (port == nullptr) return kBadInput;
  if (from > to || from > trace->script.ops.size()) {
    Complain(Text("--from ", from, " leaves nothing of ",
                  trace->script.ops.size(), " steps to show"));
    return kBadInput;
  }
  return PrintTrace(*trace, *port);
}

}  // namespace

void AddShowCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "show", "Show a trace as a table with a map of memory, step by step");
  const auto show = std::make_shared<Show>();
  command->add_option("file", show->path, "A trace; - reads standard input")
      ->required();
  command->add_option("--system", show->system,
                      "Run it on this system, whatever the trace names");
  command
      ->add_option("--width", show->width,
                   "Columns of the map; without it, 64 or what the terminal "
                   "has room for")
      ->check(CLI::Range(8, 4096));
  command->add_option("--from", show->from, "The first step to show")
      ->check(IsPositive())
      ->capture_default_str();
  command->add_option("--to", show->to, "The last step to show")
      ->check(IsPositive());
  command->callback([show, &exit_code] { exit_code = show->Run(); });
}

}  // namespace lockstep::suite
