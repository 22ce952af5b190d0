// lockstep replay: traces, judged.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/tried.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/law_trace.h"
#include "tools/cli/model_options.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

struct Replay {
  std::vector<std::string> paths;
  SystemChoice system;
  std::string port_name{};  // Of the last trace.
  ModelOptions models{.names = {"shadow", "placement", "recording"},
                      .twin = ""};
  std::size_t break_at = 0;  // From 1; 0: nowhere.
  ResultOptions form;

  std::vector<Finding> findings{};
  std::uint64_t traces = 0;
  Tried tried{};
  std::uint64_t refused = 0;  // What is not a trace, or of no system here.
  std::uint64_t skipped = 0;  // Found in a folder, but of another component.

  ExitCode Run();
  ExitCode RunFile(const TraceFile& file);
  void PrintSummary() const;
  Result Came(ExitCode exit_code, const Progress& progress) const;
};

// Whether what a trace records is what this port says that it does.
bool Claims(const lockstep_port& port, const Trace& trace) {
  return trace.component == port.name ||
         (port.placement != nullptr && trace.component == port.placement);
}

ExitCode Replay::RunFile(const TraceFile& file) {
  const std::string& path = file.path;
  const std::optional<Trace> trace = ReadTrace(path);
  if (!trace) return kBadInput;
  if (file.is_named && !IsForOneThread(*trace, path, system)) return kBadInput;
  const lockstep_port* const port =
      system.PortOrComplain(trace->component, path);
  if (port == nullptr) return kBadInput;
  port_name = port->name;
  if (!file.is_named && !Claims(*port, *trace)) {
    ++skipped;
    return kHeld;
  }
  if (!IsForOneThread(*trace, path, system)) return kBadInput;
  Jury::Options options = models.Chosen();
  options.arguments = AsOption(*port);
  if (break_at != 0) options.break_at = break_at - 1;
  Jury jury(*port, options);
  if (models.is_in_process) NoteForCrash(Text("replaying ", path));
  Verdict verdict;
  try {
    verdict = jury.TryInCell(*trace, [] { return !WasInterrupted(); });
  } catch (const std::bad_alloc&) {
    Complain(Text(path, ": no memory for an arena of ",
                  trace->script.arena.bytes, " bytes"));
    return kBadInput;
  }
  tried += jury.tried();
  if (!verdict && WasInterrupted()) return kInterrupted;
  ++traces;
  if (!verdict) {
    MentionLaw(path);
    return kHeld;
  }
  // In a debugger the script is not run again, to be made short.
  const std::string report = Text(
      "# file       ", path, '\n',
      break_at == 0 ? jury.Report(trace->script, *verdict)
                    : jury.Describe(trace->script, {trace->script, *verdict}));
  std::cout << report;
  findings.push_back(ReadReport(report));
  return kViolated;
}

ExitCode Replay::Run() {
  form.Begin();
  const auto files = ExpandPaths(paths);
  if (!files) return kBadInput;
  ExitCode worst = kHeld;
  Progress progress;
  for (const TraceFile& file : *files) {
    if (WasInterrupted()) {
      worst = kInterrupted;
      break;
    }
    progress.Show(Text("replaying ", file.path));
    const ExitCode code = RunFile(file);
    if (code == kBadInput) ++refused;
    worst = Worse(worst, code);
  }
  if (traces == 0 && skipped > 0 && worst == kHeld) {
    Complain(Text("nothing was replayed: no trace in these folders names '",
                  port_name, "' or its placement"));
    worst = kBadInput;
  }
  if (tried.operations == 0 && worst == kHeld) {
    Complain("nothing was tried: every step was skipped");
    worst = kBadInput;
  }
  PrintSummary();
  return form.Publish(Came(worst, progress));
}

Result Replay::Came(ExitCode exit_code, const Progress& progress) const {
  return {.command = "replay",
          .system = traces == 1 ? port_name : "",
          .exit_code = exit_code,
          .tried = tried,
          .seconds = progress.Seconds(),
          .processor_seconds = progress.ProcessorSeconds(),
          .findings = findings,
          .details = CountsOf({{"traces", traces},
                               {"traces_skipped", skipped},
                               {"traces_refused", refused}})};
}

void Replay::PrintSummary() const {
  if (refused > 0) {
    std::cout << "bad input: " << refused << " of " << refused + traces
              << " traces not replayed; ";
  }
  std::cout << "replayed " << traces << " traces, " << tried.operations
            << " operations, " << findings.size() << " divergences";
  if (skipped > 0) {
    std::cout << ", " << skipped << " of other components skipped";
  }
  if (tried.skipped > 0) {
    std::cout << ", " << tried.skipped << " steps skipped";
  }
  std::cout << '\n';
}

}  // namespace

void AddReplayCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "replay", "Replay traces on the systems they name, under all models");
  const auto replay = std::make_shared<Replay>();
  command
      ->add_option("files", replay->paths,
                   "Traces, or folders of them; - reads standard input")
      ->required();
  replay->system.AddOptionTo(*command);
  command->footer(
      "Of a folder, --system replays only traces that name it or its "
      "placement.\nFor example: lockstep replay --system ./libmine.so traces");
  replay->models.AddTo(*command);
  command
      ->add_option("--break", replay->break_at,
                   "Stop in front of this step, for a debugger; see `debug`")
      ->check(IsPositive());
  replay->form.AddTo(*command);
  command->callback([replay, &exit_code] { exit_code = replay->Run(); });
}

}  // namespace lockstep::suite
