// lockstep try: a C or C++ file, judged as it is.

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/process.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/try/prepare.h"
#include "tools/cli/try/telling.h"

namespace lockstep::suite {
namespace {

std::string LastLine(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

struct Try {
  Source source{.path = "", .names = {}, .flags = {}, .output = "lockstep.out"};
  double seconds = 2;
  std::uint64_t seed = 1;
  bool is_watching = false;

  std::set<std::string> found{};  // Rule and place of each finding so far.

  std::vector<Result> results{};  // Of each source.
  ResultOptions form{};

  ExitCode Run();
  ExitCode RunOnce();
  ExitCode RunAndPublish();
  ExitCode RunSource(const std::string& name, const Prepared& prepared,
                     const std::vector<std::string>& words);
  void Report(Finding& finding, const Prepared& prepared);
};

// The first time a finding is shown; later it is counted.
void Try::Report(Finding& finding, const Prepared& prepared) {
  if (!found.insert(finding.rule + finding.place).second) {
    std::cout << "    the same finding as above\n";
    return;
  }
  const std::string trace =
      Text(source.output, '/', finding.rule, '-', found.size(), ".trace");
  if (!WriteFile(trace, finding.report)) return;
  finding.file = trace;
  TellFinding(finding, prepared);
}

ExitCode Try::RunSource(const std::string& name, const Prepared& prepared,
                        const std::vector<std::string>& words) {
  if (WasInterrupted()) return kInterrupted;
  std::vector<std::string> command = {ProgramPath(), name, "--json"};
  std::ranges::copy(prepared.AsArgument(), std::back_inserter(command));
  command.insert(command.end(), words.begin(), words.end());
  const Progress progress;
  const Ended ended = RunProgram(command);
  if (WasInterrupted()) {
    std::cout << std::left << std::setw(9) << name << "interrupted\n";
    return kInterrupted;
  }
  std::cout << std::left << std::setw(9) << name << std::fixed
            << std::setprecision(2) << progress.Seconds() << " s   ";
  auto result = FromJson(ended.stdout_text);
  if (result) {
    for (Finding& finding : result->findings) {
      std::cout << "VIOLATED  " << finding.rule << ": " << finding.claim
                << '\n';
      Report(finding, prepared);
    }
    results.push_back(*result);
  }
  if (result && result->exit_code == kViolated) return kViolated;
  if (result && result->exit_code == kHeld) {
    std::cout << "held      " << Grouped(result->tried.operations)
              << " operations\n";
    // Such as that nearly all was refused.
    const std::string caveat = LastLine(ended.stderr_text);
    if (caveat.ends_with("so little was shown")) {
      std::cout << "    " << caveat << '\n';
    }
    return kHeld;
  }
  std::cout << "NOT TRIED " << LastLine(ended.stderr_text) << '\n';
  if (ended.exit_code == kBadInput) return kBadInput;
  Complain(Text(name, " ended with exit code ", ended.exit_code));
  return kViolated;
}

ExitCode Try::RunOnce() {
  found.clear();
  results.clear();
  if (!MakeFolder(source.output)) return kBadInput;
  const auto prepared = Prepare(source);
  if (!prepared) return kBadInput;
  const std::vector<std::string> budget = {"--seconds", Text(seconds), "--seed",
                                           Text(seed)};
  ExitCode worst = RunSource("random", *prepared, budget);
  if (worst == kBadInput) return worst;
  worst = Worse(worst, RunSource("props", *prepared, budget));
  // What has no region cannot be explored: that is said, and is no failure.
  if (!prepared->is_malloc) {
    const ExitCode code = RunSource("explore", *prepared, {});
    if (code != kBadInput) worst = Worse(worst, code);
  }
  if (WasInterrupted()) return kInterrupted;
  if (worst == kHeld) TellWhatWasNotJudged(*prepared);
  return worst;
}

ExitCode Try::RunAndPublish() {
  form.Begin();
  const ExitCode exit_code = RunOnce();
  Result whole = WholeOf("try", results);
  whole.exit_code = exit_code;
  return form.Publish(whole, results);
}

ExitCode Try::Run() {
  ExitCode code = RunAndPublish();
  const auto changed = [&] {
    std::error_code error;
    return std::max(
        std::filesystem::last_write_time(source.path, error),
        std::filesystem::last_write_time(AdapterOf(source.path), error));
  };
  for (auto last = changed(); is_watching && !WasInterrupted();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (changed() == last) continue;
    last = changed();
    std::cout << '\n' << source.path << " was saved\n";
    code = RunAndPublish();
    std::cout << std::flush;
  }
  return is_watching ? kInterrupted : code;
}

}  // namespace

void AddTryCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "try",
      "Find the allocator in a C or C++ file, compile it with sanitizers, and "
      "judge it for a few seconds");
  const auto tried = std::make_shared<Try>();
  Source& source = tried->source;
  command
      ->add_option("file", source.path,
                   "A C or C++ file that defines an allocator")
      ->required();
  RoleNames& names = source.names;
  command->add_option("--init", names.init,
                      "Its function that is given memory: (start, bytes)");
  command->add_option("--allocate", names.allocate,
                      "Its function that allocates: (bytes) or (bytes, align)");
  command->add_option("--free", names.free, "Its function that frees");
  command->add_option("--reallocate", names.reallocate,
                      "Its function like realloc: (pointer, bytes)");
  command->add_option("--flag", source.flags,
                      "For the compiler, such as --flag=-Iinclude; may be "
                      "repeated");
  command
      ->add_option("--seconds", tried->seconds,
                   "Time for each source of scripts")
      ->check(IsPositive())
      ->capture_default_str();
  command->add_option("--seed", tried->seed, "Of the first script")
      ->check(IsSeed())
      ->capture_default_str();
  command
      ->add_option("-o,--output", source.output,
                   "A folder for the library and the traces")
      ->capture_default_str();
  command->add_flag("--watch", tried->is_watching,
                    "Do it again whenever the file, or its adapter, is saved");
  tried->form.AddTo(*command);
  command->footer("For example: lockstep try my_alloc.c --watch");
  command->callback([tried, &exit_code] { exit_code = tried->Run(); });
}

}  // namespace lockstep::suite
