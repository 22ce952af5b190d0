// lockstep verify: every source of scripts over every system, side by side,
// with a report.

#include <fcntl.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/console.h"
#include "tools/cli/result/result.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/verify/campaign.h"
#include "tools/cli/verify/folder.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/plan.h"
#include "tools/cli/verify/report/host.h"
#include "tools/cli/verify/setting.h"
#include "tools/cli/verify/sources.h"

namespace lockstep::suite {
namespace {

constexpr const char* kSymbolizer = "/usr/bin/llvm-symbolizer-19";

struct Verify {
  verify::Wanted wanted;
  verify::Setting setting;
  std::vector<std::string> more_systems;  // Of --system.
  std::optional<std::uint32_t> seed;
  std::size_t jobs = verify::Cores();
  std::string output = "lockstep.out/verify";
  std::string program;  // Of --lockstep.
  ResultOptions results;

  ExitCode Run();
  void Prepare();
  ExitCode RunIn(const verify::TakenFolder& folder);
};

// If standard output is closed, the next file that is opened would be taken for
// it. To this one nothing can be written, and that is noticed.
void HoldStandardOutput() {
  if (fcntl(STDOUT_FILENO, F_GETFD) >= 0) return;
  const int file = open("/dev/null", O_RDONLY);
  if (file != STDOUT_FILENO) dup2(file, STDOUT_FILENO);
}

// Sanitizers of the children name functions and lines.
void SetUpSanitizers() {
  if (access(kSymbolizer, X_OK) == 0) {
    setenv("ASAN_SYMBOLIZER_PATH", kSymbolizer, 0);
    setenv("UBSAN_SYMBOLIZER_PATH", kSymbolizer, 0);
  }
  setenv("UBSAN_OPTIONS", "print_stacktrace=1", 0);
}

void Verify::Prepare() {
  wanted.systems.insert(wanted.systems.end(), more_systems.begin(),
                        more_systems.end());
  verify::CheckSources(wanted, setting);
  setting.program = program.empty() ? ProgramPath() : verify::Given(program);
  setting.has_props |= !program.empty();
  if (!setting.sanitized.empty()) {
    setting.sanitized = verify::Given(setting.sanitized);
  }
  setting.engine = verify::EngineFor(wanted);
  setting.systems = verify::SystemsFor(wanted, setting.program);
  setting.seed = seed ? *seed : std::random_device{}();
  if (setting.corpora.empty()) setting.corpora = output + "/corpus";
  setting.corpora = std::filesystem::absolute(setting.corpora).string();
  SetUpSanitizers();
}

ExitCode Verify::RunIn(const verify::TakenFolder& folder) {
  const verify::ScratchFolder scratch;
  setting.scratch = scratch.path();
  const auto planned = verify::Plan(wanted, setting);
  const std::string moved = folder.MoveEarlier();
  verify::Campaign campaign(folder, setting,
                            program.empty() ? ProgramName() : Quoted(program),
                            jobs, planned);
  std::cout << "seed " << setting.seed << ", " << setting.seconds
            << " s for each source and system, "
            << (setting.thread_seconds == setting.seconds
                    ? ""
                    : Text(setting.thread_seconds,
                           " s for threads and schedules, "))
            << jobs << " at a time" << std::endl;
  if (!moved.empty()) std::cout << moved << std::endl;
  const ExitCode code = campaign.Run();
  if (!std::cout.flush()) {
    Complain(Text("standard output cannot be written; the report is in ",
                  verify::Shown(output)));
    return kBadInput;
  }
  const ExitCode published =
      results.Publish(campaign.Whole(), campaign.Parts());
  return code == kInterrupted ? code : Worse(code, published);
}

ExitCode Verify::Run() {
  HoldStandardOutput();
  (void)WasInterrupted();  // From here on Ctrl-C is noticed.
  results.Begin();
  try {
    Prepare();
    return RunIn(verify::TakenFolder(output));
  } catch (const std::runtime_error& error) {
    if (*error.what() != '\0') Complain(error.what());
    return kBadInput;
  }
}

// Where there is no RapidCheck, the command is not linked in.
bool HasProps(const CLI::App& app) {
  return std::ranges::any_of(
      app.get_subcommands({}),
      [](const CLI::App* command) { return command->get_name() == "props"; });
}

std::string SourcesInWords() {
  std::string text = "sources:\n";
  for (const verify::Source& source : verify::Sources()) {
    std::string name(source.name);
    name.resize(12, ' ');
    text += Text("  ", name, source.summary, '\n');
  }
  return text;
}

void AddChoicesTo(CLI::App& command, Verify& options) {
  command.add_option("systems", options.wanted.systems,
                     "Systems of `lockstep list systems`, or shared libraries "
                     "that export one: ./libmine.so. Without it, all systems "
                     "that are linked in");
  command
      .add_option("--system", options.more_systems,
                  "Only this system, or this library; may be repeated")
      ->allow_extra_args(false);
  options.wanted.malloc.AddMallocTo(command);
  command
      .add_option("--source", options.wanted.sources,
                  "Only this source; may be repeated")
      ->allow_extra_args(false);
  command
      .add_option("--seconds", options.wanted.seconds,
                  "For each source and system. Without it, two minutes on two "
                  "cores are shared out over all, and threads and schedules "
                  "have two seconds each")
      ->check(IsPositive())
      ->take_last();
  command
      .add_option("--seed", options.seed,
                  "The same seed gives the same scripts. Without it, one is "
                  "chosen and printed")
      ->check(CLI::Range(std::uint32_t{0}, UINT32_MAX))
      ->take_last();
  command
      .add_option("--jobs", options.jobs,
                  "Run this many processes at a time. Without it, as many as "
                  "there are cores")
      ->check(IsPositive())
      ->take_last();
}

// tools/verify gives some of them, and after it whoever calls it.
void AddPathsTo(CLI::App& command, Verify& options) {
  command
      .add_option("-o,--output", options.output,
                  "A folder for the report, index.html and verify.json, and "
                  "for what violates")
      ->take_last()
      ->capture_default_str();
  command
      .add_option("--corpus", options.setting.corpora,
                  "A folder for the inputs of fuzzers, which are kept from run "
                  "to run. Without it, corpus in the output folder")
      ->take_last();
  command
      .add_option("--traces", options.setting.traces,
                  "A folder with recordings")
      ->take_last();
  command
      .add_option("--lockstep", options.program,
                  "Judge with this program, which is linked with other systems")
      ->take_last();
  command
      .add_option("--sanitized", options.setting.sanitized,
                  "The same program, built with sanitizers, such as "
                  "NAME_lockstep_asan")
      ->take_last();
  command
      .add_option("--fuzzers", options.setting.fuzzers,
                  "Fuzz with the programs NAME_fuzz_bin in this folder, and "
                  "their seeds in NAME_fuzz_corpus")
      ->take_last();
}

}  // namespace

void AddVerifyCommand(CLI::App& app, ExitCode& exit_code) {
  CLI::App* const command = app.add_subcommand(
      "verify",
      "Run every source of scripts on systems or libraries, side by side, and "
      "write a report");
  const auto options = std::make_shared<Verify>();
  AddChoicesTo(*command, *options);
  AddPathsTo(*command, *options);
  options->results.AddTo(*command);
  command->footer(
      SourcesInWords() +
      "Threads and schedules are for systems that promise something for "
      "threads, and schedules\nbesides for libraries that clang compiled with "
      "-fsanitize=thread, and for our own.\n"
      "Ctrl-C ends it with the report of what was done until then. Libraries "
      "are fuzzed only with\n--source fuzz.\n"
      "For example: lockstep verify ./libmine.so --seconds 10");
  command->callback([options, &app, &exit_code] {
    options->setting.has_props = HasProps(app);
    exit_code = options->Run();
  });
}

}  // namespace lockstep::suite
