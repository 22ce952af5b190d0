// lockstep minimise: a trace that breaks a rule, made short.

#include <CLI/App.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
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

struct MinimiseFile {
  std::string path;
  SystemChoice system;
  std::string output;
  Progress progress;
  ModelOptions models{.names = {"shadow", "placement", "recording"},
                      .twin = ""};

  ResultOptions form{};

  ExitCode Run();
  ExitCode Publish(const Jury& jury, std::string name,
                   const std::string& report) const;
};

// "": all rules hold.
ExitCode MinimiseFile::Publish(const Jury& jury, std::string name,
                               const std::string& report) const {
  Result result{.command = "minimise",
                .system = std::move(name),
                .tried = jury.tried(),
                .seconds = progress.Seconds(),
                .processor_seconds = progress.ProcessorSeconds()};
  if (!report.empty()) {
    result.exit_code = kViolated;
    result.findings.push_back(ReadReport(report));
    result.findings.back().file = output;
  }
  return form.Publish(result);
}

ExitCode MinimiseFile::Run() {
  form.Begin();
  const std::optional<Trace> trace = ReadTrace(path);
  if (!trace) return kBadInput;
  if (HasThreads(trace->script)) {
    Complain(Text(path,
                  ": it has threads; `schedules --trace` and `threads "
                  "--replay` make what they find short. See whether it still "
                  "breaks a rule with: ",
                  CommandForThreads(*trace, path, system)));
    return kBadInput;
  }
  const lockstep_port* const port =
      system.PortOrComplain(trace->component, path);
  if (port == nullptr) return kBadInput;
  if (models.is_in_process) NoteForCrash(Text("minimising ", path));
  Jury::Options options = models.Chosen();
  options.arguments = AsOption(*port);
  Jury jury(*port, options);
  const Verdict verdict =
      jury.TryInCell(*trace, [] { return !WasInterrupted(); });
  if (!verdict && WasInterrupted()) return kInterrupted;
  if (!verdict) {
    std::cout << path << ": all rules hold, so there is nothing to minimise\n";
    MentionLaw(path);
    return Publish(jury, port->name, "");
  }
  const std::string report = jury.Report(trace->script, *verdict);
  std::cout << report;
  const bool is_lost = !output.empty() && !WriteFile(output, report);
  const ExitCode code = Publish(jury, port->name, report);
  return is_lost ? kBadInput : code;
}

}  // namespace

void AddMinimiseCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "minimise",
      "Make a trace that violates a rule short: no op of it can go");
  const auto minimise = std::make_shared<MinimiseFile>();
  command->add_option("file", minimise->path, "A trace; - reads standard input")
      ->required();
  minimise->system.AddOptionTo(*command);
  command->add_option("-o,--output", minimise->output,
                      "Write the result to this file as well");
  minimise->models.AddTwinTo(*command);
  minimise->models.AddCellTo(*command);
  minimise->form.AddTo(*command);
  command->callback([minimise, &exit_code] { exit_code = minimise->Run(); });
}

}  // namespace lockstep::suite
