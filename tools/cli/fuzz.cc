// lockstep fuzz: a fuzzer guided by what a shared library covers.

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "ports/library/elf.h"
#include "ports/library/library.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/fuzz_engine.h"
#include "tools/cli/process.h"
#include "tools/cli/result/finding.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

struct Fuzz {
  std::string library;
  double seconds = 60;
  std::string output = "lockstep.out";
  std::string corpus;      // "": in output.
  std::uint32_t seed = 0;  // 0: another each time.
  bool is_blind = false;

  Result result{.command = "fuzz"};
  ResultOptions form{};

  ExitCode Run();
  bool IsGuidedOrComplain() const;
  ExitCode Report(const std::string& artifact);
  ExitCode Fuzzed();
};

bool Fuzz::IsGuidedOrComplain() const {
  const std::string lack = LacksGuidance(library);
  // Without guidance it must be a library all the same.
  const auto symbols = ReadSymbols(PathOf(library));
  if (lack.empty() || (is_blind && symbols)) return true;
  Complain(symbols ? Text(lack, "\nor say --blind, and it is fuzzed without")
                   : lack);
  return false;
}

// The last one that was written; "": there is none.
std::string NewestArtifact(const fs::path& folder, fs::file_time_type since) {
  fs::path newest;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    const bool is_one = name.starts_with("crash-") ||
                        name.starts_with("timeout-") ||
                        name.starts_with("oom-");
    if (!is_one || entry.last_write_time() < since) continue;
    since = entry.last_write_time();
    newest = entry.path();
  }
  return newest.string();
}

// The input as a trace, made short, in child processes.
ExitCode Fuzz::Report(const std::string& artifact) {
  const std::string trace = artifact + ".trace";
  const Ended decoded =
      RunProgram({ProgramPath(), "decode", library, artifact});
  if (decoded.exit_code != kHeld || !WriteFile(trace, decoded.stdout_text)) {
    Complain(decoded.stderr_text);
    return kBadInput;
  }
  const Ended minimised = RunProgram(
      {ProgramPath(), "minimise", trace, "--system", library, "-o", trace});
  std::cout << minimised.stdout_text;
  for (Finding& finding : ReadReports(minimised.stdout_text)) {
    finding.file = trace;
    result.findings.push_back(std::move(finding));
  }
  if (minimised.exit_code != kViolated) {
    Complain(Text(artifact,
                  " ended the fuzzer, but its script holds when it is run "
                  "again; it is kept"));
    return kViolated;
  }
  std::cout << "# saved as   " << trace << '\n';
  return kViolated;
}

ExitCode Fuzz::Run() {
  form.Begin();
  const Progress progress;
  result.system = library;
  result.exit_code = Fuzzed();
  if (result.exit_code == kBadInput) return kBadInput;
  result.seconds = progress.Seconds();
  result.processor_seconds = progress.ProcessorSeconds();
  return form.Publish(result);
}

ExitCode Fuzz::Fuzzed() {
  if (!IsGuidedOrComplain()) return kBadInput;
  const auto engine = FindFuzzEngine();
  if (!engine) {
    Complain(engine.error());
    return kBadInput;
  }
  const std::string inputs = corpus.empty() ? output + "/corpus" : corpus;
  if (!MakeFolder(output) || !MakeFolder(inputs)) return kBadInput;
  setenv("LOCKSTEP_FUZZ_SYSTEM", library.c_str(), 1);
  std::vector<std::string> words = {
      *engine,
      Text("-max_total_time=", static_cast<std::uint64_t>(std::ceil(seconds))),
      Text("-seed=", seed), Text("-artifact_prefix=", output, "/")};
  words.insert(words.end(), std::begin(kFuzzLimits), std::end(kFuzzLimits));
  words.push_back(inputs);
  const auto began = fs::file_time_type::clock::now();
  const int code = RunAttached(words);
  unsetenv("LOCKSTEP_FUZZ_SYSTEM");
  if (code == 0) return WasInterrupted() ? kInterrupted : kHeld;
  const std::string artifact = NewestArtifact(output, began);
  if (!artifact.empty()) return Report(artifact);
  Complain(Text("the fuzzer ended with exit code ", code, ", as said above"));
  return WasInterrupted() ? kInterrupted : kBadInput;
}

}  // namespace

void AddFuzzCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "fuzz",
      "Fuzz a shared library with libFuzzer and AddressSanitizer, guided by "
      "what it covers");
  const auto fuzz = std::make_shared<Fuzz>();
  command
      ->add_option("library", fuzz->library,
                   "A shared library that exports a port: ./libmine.so, or "
                   "./libmine.so:NAME")
      ->required();
  command->add_option("--seconds", fuzz->seconds, "Stop after this time")
      ->check(IsPositive())
      ->capture_default_str();
  command
      ->add_option("--seed", fuzz->seed,
                   "Of libFuzzer, which says it when it begins; 0: another "
                   "each time")
      ->capture_default_str();
  command->add_option("--corpus", fuzz->corpus,
                      "A folder of inputs, which grows. Without it, corpus in "
                      "the output folder");
  command
      ->add_option("-o,--output", fuzz->output,
                   "A folder for what is found: the input and its trace")
      ->capture_default_str();
  command->add_flag("--blind", fuzz->is_blind,
                    "Fuzz a library that is not instrumented, too");
  fuzz->form.AddTo(*command);
  command->footer("For example: lockstep fuzz ./libmine.so --seconds 600");
  command->callback([fuzz, &exit_code] { exit_code = fuzz->Run(); });
}

}  // namespace lockstep::suite
