// lockstep show: a trace, judged, step by step, with a map of the memory.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/lanes/lanes.h"
#include "tools/cli/law_trace.h"
#include "tools/cli/model_options.h"
#include "tools/cli/picture/film.h"
#include "tools/cli/picture/page.h"
#include "tools/cli/picture/scene.h"
#include "tools/cli/picture/strips.h"
#include "tools/cli/picture/table.h"
#include "tools/cli/picture/terminal.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/schedules/once.h"
#include "tools/cli/schedules/report.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

// Of lanes, where there is no terminal.
constexpr std::size_t kFileColumns = 100;

struct Show {
  std::string path;
  SystemChoice system;
  std::string output;
  ModelOptions models{.names = {"shadow", "placement", "recording"},
                      .twin = ""};
  TableOptions table;
  bool is_page = false;
  bool is_figure = false;
  Result result{.command = "show"};
  ResultOptions form{};
  Progress progress;

  ExitCode Run();
  ExitCode RunTrace(Trace trace, const lockstep_port& port);
  ExitCode ShowThreads(const Trace& trace);
  ExitCode DrawLanes(const Trace& trace, const RunOfSchedule& run) const;
  ExitCode Write(std::string_view text) const;
  bool HasSoundOptions(const Trace& trace) const;
  Judged Judge(Trace trace, const lockstep_port& port);
  ExitCode Print(const Judged& judged) const;
  std::string Command() const;
};

std::string Show::Command() const {
  std::string text = Text(ProgramName(), " show ");
  for (const std::string& word : system.Words()) text += Quoted(word) + ' ';
  if (!models.twin.empty()) text += Text("--twin ", models.twin, ' ');
  return text + (path == "-" ? "FILE" : Quoted(path));
}

Judged Show::Judge(Trace trace, const lockstep_port& port) {
  Camera camera;
  Jury::Options options = models.Chosen();
  options.watcher = &camera;
  Jury jury(port, options);
  const Verdict verdict = jury.TryInCell(trace);
  Judged judged{.trace = std::move(trace),
                .film = camera.Develop(),
                .violation = std::nullopt,
                .mark = {}};
  judged.trace.component = port.name;
  result.system = port.name;
  result.tried = jury.tried();
  if (verdict) {
    result.findings.push_back(ReadReport(
        jury.Describe(judged.trace.script, {judged.trace.script, *verdict})));
    judged.violation = *verdict;
    judged.mark = MarkOf(judged.film, *verdict);
  }
  return judged;
}

ExitCode Show::Print(const Judged& judged) const {
  const ExitCode code = judged.violation ? kViolated : kHeld;
  if (!is_page && !is_figure) {
    PrintTable(std::cout, judged, table);
    return code;
  }
  return Worse(
      code, Write(is_page ? MakePage(judged, Command()) : DrawFigure(judged)));
}

ExitCode Show::Write(std::string_view text) const {
  if (output.empty()) {
    std::cout << text;
    return kHeld;
  }
  std::ofstream file(output);
  if ((file << text).flush()) return kHeld;
  Complain(Text(output, ": cannot be written"));
  return kBadInput;
}

ExitCode Show::DrawLanes(const Trace& trace, const RunOfSchedule& run) const {
  const ExitCode code = run.violation ? kViolated : kHeld;
  if (is_page || is_figure) {
    return Worse(
        code,
        Write(is_page ? LanesAsPage(trace, run.slices, run.violation, Command())
                      : LanesAsHtml(trace, run.slices, run.violation)));
  }
  const std::size_t columns = TerminalColumns();
  std::cout << LanesAsText(trace, run.slices, run.violation,
                           columns == 0 ? kFileColumns : columns);
  return code;
}

// If there is a schedule, and code that can follow it. Else what the script says is
// drawn: nothing is run, and so no system is needed.
ExitCode Show::ShowThreads(const Trace& trace) {
  if (system.IsGiven() && system.PortOrComplain() == nullptr) return kBadInput;
  const lockstep_port* const port =
      trace.script.switches.empty() ? nullptr : PortForSchedules(system, trace);
  if (port == nullptr && form.is_json()) {
    Complain(Text(path,
                  ": it has threads and is not run here, so there is no "
                  "result to print"));
    return kBadInput;
  }
  if (port == nullptr) return DrawLanes(trace, {});
  const RunOfSchedule run = RunSchedule(*port, trace.script);
  Trace shown = trace;
  shown.component = result.system = port->name;
  result.tried = run.tried;
  result.exit_code = DrawLanes(shown, run);
  if (run.violation) {
    result.findings.push_back(ReadReport(FormatScheduleReport(
        port->name, system.IsGiven() ? AsArgument(*port) : port->name,
        FindingOf(run, trace.script), "")));
  }
  result.seconds = progress.Seconds();
  result.processor_seconds = progress.ProcessorSeconds();
  return form.Publish(result);
}

ExitCode Show::RunTrace(Trace trace, const lockstep_port& port) {
  if (models.is_in_process) NoteForCrash(Text("showing ", path));
  const std::uint64_t arena_bytes = trace.script.arena.bytes;
  try {
    result.exit_code = Print(Judge(std::move(trace), port));
    if (result.findings.empty()) MentionLaw(path);
    result.seconds = progress.Seconds();
    result.processor_seconds = progress.ProcessorSeconds();
    return form.Publish(result);
  } catch (const std::bad_alloc&) {
    Complain(Text(path, ": no memory for an arena of ", arena_bytes, " bytes"));
    return kBadInput;
  }
}

bool Show::HasSoundOptions(const Trace& trace) const {
  if (table.from > table.to || table.from > trace.script.ops.size()) {
    Complain(Text("--from ", table.from, " leaves nothing of ",
                  trace.script.ops.size(), " steps to show"));
    return false;
  }
  if (!output.empty() && !is_page && !is_figure) {
    Complain("--output is for --html and --figure");
    return false;
  }
  return true;
}

ExitCode Show::Run() {
  form.Begin();
  std::optional<Trace> trace = ReadTrace(path);
  if (!trace || !HasSoundOptions(*trace)) return kBadInput;
  if (HasThreads(trace->script)) return ShowThreads(*trace);
  const lockstep_port* const port =
      system.PortOrComplain(trace->component, path);
  if (port == nullptr) return kBadInput;
  table.terminal_columns = TerminalColumns();
  table.has_colour = HasColour();
  return RunTrace(std::move(*trace), *port);
}

void AddTableOptions(CLI::App& command, TableOptions& table) {
  command
      .add_option("--width", table.map_columns,
                  "Columns of the map; without it, 64 or what the terminal has "
                  "room for")
      ->check(CLI::Range(8, 4096));
  command.add_option("--from", table.from, "The first step to show")
      ->check(IsPositive())
      ->capture_default_str();
  command.add_option("--to", table.to, "The last step to show")
      ->check(IsPositive());
}

}  // namespace

void AddShowCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "show",
      "Judge a trace, and show it with a map of memory, step by step; of one "
      "with threads, draw a lane for each, and run its schedule if that can "
      "be");
  const auto show = std::make_shared<Show>();
  command->add_option("file", show->path, "A trace; - reads standard input")
      ->required();
  show->system.AddOptionTo(*command);
  CLI::Option* const page = command->add_flag(
      "--html", show->is_page,
      "Print a page instead, with the last steps as drawings");
  command
      ->add_flag("--figure", show->is_figure,
                 "Print only the drawings, for a page of your own")
      ->excludes(page);
  command->add_option("-o,--output", show->output,
                      "Write the page, or the drawings, to this file");
  show->models.AddTwinTo(*command);
  command->add_flag("--in-process", show->models.is_in_process,
                    "Run nothing in a child process, for a debugger");
  AddTableOptions(*command, show->table);
  show->form.AddTo(*command);
  command->callback([show, &exit_code] { exit_code = show->Run(); });
}

}  // namespace lockstep::suite
