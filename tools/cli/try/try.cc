// lockstep try: a C or C++ file, judged as it is.

#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Validators.hpp>
#include <array>
#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/commands.h"
#include "tools/cli/compiler.h"
#include "tools/cli/console.h"
#include "tools/cli/files.h"
#include "tools/cli/process.h"
#include "tools/cli/try/adapter.h"
#include "tools/cli/try/functions.h"
#include "tools/cli/try/roles.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

// A file of the name is an adapter, and tried as it is.
constexpr std::array<std::string_view, 2> kAdapterEndings = {".port.c",
                                                             ".port.cc"};

bool IsAdapter(std::string_view path) {
  return path.ends_with(kAdapterEndings[0]) ||
         path.ends_with(kAdapterEndings[1]);
}

std::string LineOf(const std::string& text, std::string_view beginning) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(beginning)) return line.substr(beginning.size());
  }
  return "";
}

std::string LastLine(const std::string& text) {
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) last = line;
  }
  return last;
}

std::string Indented(const std::string& text) {
  std::istringstream lines(text);
  std::string indented;
  for (std::string line; std::getline(lines, line);) {
    indented += Text("    ", line, '\n');
  }
  return indented;
}

struct Try {
  std::string path;
  RoleNames names;
  double seconds = 2;
  std::uint64_t seed = 1;
  std::string output = "lockstep.out";
  bool is_watching = false;

  std::set<std::string> found{};  // Rule and place of each finding so far.

  ExitCode Run();
  ExitCode RunOnce();
  // "" after a complaint.
  std::string Adapter() const;
  std::optional<Compiled> Compile(const std::string& adapter) const;
  ExitCode RunSource(const std::string& source, const Compiled& compiled,
                     const std::vector<std::string>& words);
  void Report(const std::string& report, const Compiled& compiled);
};

std::string Stem(const std::string& path) {
  std::string stem = fs::path(path).filename().string();
  return stem.substr(0, stem.find('.'));
}

// As a system is called.
std::string NameOf(const std::string& path) {
  std::string name;
  for (const char letter : Stem(path)) {
    const auto byte = static_cast<unsigned char>(letter);
    name +=
        std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return name;
}

std::string Try::Adapter() const {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    Complain(Text(path, ": there is no such file"));
    return "";
  }
  if (IsAdapter(path)) return path;
  const std::string adapter =
      (fs::path(path).parent_path() /
       Text(Stem(path), kAdapterEndings[IsCpp(path) ? 1 : 0]))
          .string();
  if (fs::exists(adapter, error)) {
    std::cout << "adapter: " << adapter << ", as it is there already\n";
    return adapter;
  }
  const auto functions = FunctionsIn(path);
  if (!functions) {
    Complain(Text(path, ": ", functions.error()));
    return "";
  }
  const auto roles = FindRoles(*functions, names);
  if (!roles) {
    Complain(Text(path, ": ", roles.error()));
    return "";
  }
  const std::string file = fs::path(path).filename().string();
  if (!WriteFile(adapter, MakeAdapter(file, NameOf(path), *roles))) return "";
  std::cout << "found " << roles->Text() << "; adapter: " << adapter << '\n';
  return adapter;
}

std::optional<Compiled> Try::Compile(const std::string& adapter) const {
  const std::string include = IncludeFolder();
  if (include.empty()) {
    Complain(
        "lockstep/port.h was not found beside this program; set "
        "LOCKSTEP_INCLUDE to the folder that has lockstep/port.h in it");
    return std::nullopt;
  }
  std::vector<std::string> flags = {"-I" + include};
  if (IsCpp(adapter)) flags.emplace_back("-std=c++20");
  auto compiled =
      CompileLibrary(adapter, output + "/" + Stem(path) + ".so", flags);
  if (!compiled) {
    Complain(Text(adapter, " does not compile:\n", compiled.error()));
    return std::nullopt;
  }
  if (!compiled->is_sanitized) {
    Complain(
        "no sanitizers: the compiler's libraries for -fsanitize=address are "
        "not installed");
  }
  return *compiled;
}

// The first time a finding is shown; later it is counted.
void Try::Report(const std::string& report, const Compiled& compiled) {
  const std::string violation = LineOf(report, "# violation  ");
  const std::string rule = violation.substr(0, violation.find(':'));
  const std::string place = LineOf(report, "# place      ");
  if (!found.insert(rule + place).second) {
    std::cout << "    the same finding as above\n";
    return;
  }
  const std::string trace =
      Text(output, '/', rule, '-', found.size(), ".trace");
  if (!WriteFile(trace, report)) return;
  const Ended shown = RunProgram({ProgramPath(), "show", trace, "--system",
                                  compiled.library, "--width", "32"});
  std::cout << Indented(shown.stdout_text);
  if (!place.empty()) std::cout << "    in " << place << '\n';
  const std::string program = ProgramName();
  std::cout << "  saved as " << trace << "\n    again: " << program
            << " replay --system " << compiled.library << ' ' << trace
            << "\n    debug: " << program << " debug --system "
            << compiled.library << ' ' << trace << '\n';
}

ExitCode Try::RunSource(const std::string& source, const Compiled& compiled,
                        const std::vector<std::string>& words) {
  std::vector<std::string> command = {ProgramPath(), source, compiled.library};
  command.insert(command.end(), words.begin(), words.end());
  const Progress progress;
  const Ended ended = RunProgram(command);
  std::cout << std::left << std::setw(9) << source << std::fixed
            << std::setprecision(2) << progress.Seconds() << " s   ";
  const std::string violation = LineOf(ended.stdout_text, "# violation  ");
  std::string last = LastLine(ended.stdout_text);
  last = last.substr(last.find(": ") + 2);
  if (ended.exit_code == kViolated && !violation.empty()) {
    std::cout << "VIOLATED  " << violation << '\n';
    Report(ended.stdout_text, compiled);
    return kViolated;
  }
  if (ended.exit_code == kHeld) {
    std::cout << "held      " << last << '\n';
    return kHeld;
  }
  std::cout << "NOT TRIED " << LastLine(ended.stderr_text) << '\n';
  return kBadInput;
}

ExitCode Try::RunOnce() {
  found.clear();
  if (!MakeFolder(output)) return kBadInput;
  const std::string adapter = Adapter();
  if (adapter.empty()) return kBadInput;
  const auto compiled = Compile(adapter);
  if (!compiled) return kBadInput;
  const std::string budget = Text(seconds);
  const std::string first = Text(seed);
  ExitCode worst =
      RunSource("random", *compiled, {"--seconds", budget, "--seed", first});
  for (const auto& [source, words] :
       std::vector<std::pair<std::string, std::vector<std::string>>>{
           {"props", {"--seconds", budget, "--seed", first}},
           {"explore", {}}}) {
    if (WasInterrupted()) return kInterrupted;
    // What has no region cannot be explored, which is said, and no failure.
    const ExitCode code = RunSource(source, *compiled, words);
    if (code != kBadInput) worst = Worse(worst, code);
  }
  return worst;
}

ExitCode Try::Run() {
  ExitCode code = RunOnce();
  std::error_code error;
  const auto changed = [&] { return fs::last_write_time(path, error); };
  for (auto last = changed(); is_watching && !WasInterrupted();) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    if (changed() == last) continue;
    last = changed();
    std::cout << "\n" << path << " was saved\n";
    code = RunOnce();
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
  command
      ->add_option("file", tried->path,
                   "A C or C++ file that defines an allocator")
      ->required();
  RoleNames& names = tried->names;
  command->add_option("--init", names.init,
                      "Its function that is given memory: (start, bytes)");
  command->add_option("--allocate", names.allocate,
                      "Its function that allocates: (bytes) or (bytes, align)");
  command->add_option("--free", names.free, "Its function that frees");
  command->add_option("--reallocate", names.reallocate,
                      "Its function like realloc: (pointer, bytes)");
  command
      ->add_option("--seconds", tried->seconds,
                   "For each source of scripts, so long")
      ->check(IsPositive())
      ->capture_default_str();
  command->add_option("--seed", tried->seed, "Of the first script")
      ->check(IsSeed())
      ->capture_default_str();
  command
      ->add_option("-o,--output", tried->output,
                   "A folder for the library and the traces")
      ->capture_default_str();
  command->add_flag("--watch", tried->is_watching,
                    "Do it again whenever the file is saved");
  command->footer("For example: lockstep try my_alloc.c --watch");
  command->callback([tried, &exit_code] { exit_code = tried->Run(); });
}

}  // namespace lockstep::suite
