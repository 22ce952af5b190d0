#include "tools/cli/verify/plan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "models/threads/stage.h"
#include "ports/library/library.h"
#include "tools/cli/console.h"
#include "tools/cli/fuzz_engine.h"
#include "tools/cli/process.h"
#include "tools/cli/scheduled_library.h"
#include "tools/cli/system_choice.h"
#include "tools/cli/verify/job.h"
#include "tools/cli/verify/lines.h"
#include "tools/cli/verify/setting.h"
#include "tools/cli/verify/sources.h"

namespace lockstep::suite::verify {
namespace {

namespace fs = std::filesystem;

// Two minutes on two cores, shared out over what takes as long as it is told.
constexpr std::size_t kCoreSeconds = 240;
// Besides them, of what is about threads: it is for few systems only.
constexpr double kThreadSeconds = 2;

[[noreturn]] void Fail(const std::string& text) {
  throw std::runtime_error(text);
}

bool Contains(const std::vector<std::string>& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

void CheckNames(const std::vector<std::string>& names,
                const std::vector<std::string>& known, std::string_view what) {
  for (const std::string& name : names) {
    if (Contains(known, name)) continue;
    Fail(Text("there is no ", what, " '", name,
              "'; there are: ", JoinedWith(" ", known)));
  }
}

System LibraryOf(const SystemChoice& choice) {
  const lockstep_port* const port = choice.PortOrComplain();
  if (port == nullptr) Fail("");  // It was said why.
  return {.name = port->name,
          .argument =
              choice.name.empty() ? choice.Words() : std::vector{choice.name},
          .option = choice.Words(),
          .has_own_memory = (port->capabilities & LOCKSTEP_OWN_MEMORY) != 0,
          .is_for_threads = IsForThreads(*port),
          .is_scheduled = IsCompiledForSchedules(choice)};
}

// Files of the report are named by systems.
void MakeNamesUnique(std::vector<System>& systems) {
  std::set<std::string> taken;
  for (System& system : systems) {
    const std::string name = system.name;
    for (int number = 2; !taken.insert(system.name).second; ++number) {
      // Not with a dash, which numbers the violations of a system.
      system.name = Text(name, '.', number);
    }
  }
}

// The names of those that `lockstep schedules` has compiled for it.
std::set<std::string> ScheduledNames(const Wanted& wanted) {
  if (!wanted.sources.empty() && !wanted.HasSource(kSchedules)) return {};
  const auto library = ScheduledLibrary();
  const auto ports =
      library ? PortsOf(*library) : std::unexpected(library.error());
  if (!ports && !wanted.sources.empty()) Fail(ports.error());
  std::set<std::string> names;
  if (!ports) return names;
  for (const lockstep_port* port : *ports) names.insert(port->name);
  return names;
}

// As a program lists them: a heading, then a line for each.
std::vector<System> LinkedInto(const std::string& program,
                               const std::set<std::string>& scheduled) {
  const Ended listed = RunProgram({program, "list", "systems"});
  std::vector<System> systems;
  for (const std::string_view line : LinesOf(listed.stdout_text)) {
    if (!line.starts_with("  ")) continue;
    std::istringstream words{std::string(line)};
    std::string name;
    words >> name;
    // Of another program's systems it is not known.
    const auto port = FindLinked(name);
    const bool is_known = program == ProgramPath() && port;
    systems.push_back({.name = name,
                       .argument = {name},
                       .has_own_memory = is_known && ((*port)->capabilities &
                                                      LOCKSTEP_OWN_MEMORY) != 0,
                       .is_for_threads = is_known && IsForThreads(**port),
                       .is_scheduled = is_known && scheduled.contains(name)});
  }
  if (listed.exit_code != 0 || systems.empty()) {
    Fail(Text(program, " does not list its systems"));
  }
  return systems;
}

// "" if it needs no explanation.
std::string_view WhyNone(const Wanted& wanted) {
  if (wanted.HasSource(kSchedules)) {
    return ": schedules are for code that clang compiled with "
           "-fsanitize=thread, of systems that promise LOCKSTEP_THREAD_SAFE "
           "or LOCKSTEP_THREADS_APART; see `lockstep schedules --help`";
  }
  if (wanted.HasSource(kThreads)) {
    return ": threads are for systems that promise LOCKSTEP_THREAD_SAFE or "
           "LOCKSTEP_THREADS_APART, and are libraries or linked into this "
           "program";
  }
  return "";
}

}  // namespace

bool Wanted::HasSource(std::string_view name) const {
  return Contains(sources, name);
}

bool Wanted::HasLibraries() const {
  return malloc.IsGiven() || std::ranges::any_of(systems, IsLibrary);
}

std::vector<std::string> Wanted::Names() const {
  std::vector<std::string> names;
  std::ranges::remove_copy_if(systems, std::back_inserter(names), IsLibrary);
  return names;
}

void CheckSources(const Wanted& wanted, const Setting& setting) {
  std::vector<std::string> known;
  for (const Source& source : Sources()) known.emplace_back(source.name);
  CheckNames(wanted.sources, known, "source");
  const auto lacks = [&](std::string_view source, const std::string& given) {
    return given.empty() && wanted.HasSource(source);
  };
  if (lacks("recordings", setting.traces)) {
    Fail("--traces must say in which folder the recordings are");
  }
  if (lacks("sanitized", setting.sanitized)) {
    Fail("--sanitized must say which program was built with sanitizers");
  }
  if (lacks(kFuzz, setting.fuzzers) && !wanted.HasLibraries()) {
    Fail("--fuzzers must say in which folder the fuzz targets are");
  }
  for (const std::string& folder : {setting.traces, setting.fuzzers}) {
    if (!folder.empty() && !fs::is_directory(folder)) {
      Fail(Text(folder, ": there is no such folder"));
    }
  }
}

std::string Given(const std::string& path) {
  std::error_code error;
  const std::string found = fs::canonical(path, error).string();
  if (!error) return found;
  Fail(Text(path, ": there is no such program",
            path.contains("bazel-")
                ? ": bazel-bin is where the last build put its programs, so "
                  "build this one again, in the mode that it is for"
                : ""));
}

std::vector<System> SystemsFor(const Wanted& wanted,
                               const std::string& program) {
  std::vector<System> systems;
  for (const std::string& name : wanted.systems) {
    if (IsLibrary(name)) systems.push_back(LibraryOf({name, {}}));
  }
  if (wanted.malloc.IsGiven()) {
    systems.push_back(LibraryOf(wanted.malloc));
    // It is not told when a thread ends, and so may crash without a fault of its own.
    systems.back().is_for_threads &= wanted.HasSource(kThreads);
  }
  if (systems.empty() || !wanted.Names().empty()) {
    const auto linked = LinkedInto(program, ScheduledNames(wanted));
    systems.insert(systems.begin(), linked.begin(), linked.end());
  }
  MakeNamesUnique(systems);
  return systems;
}

std::string EngineFor(const Wanted& wanted) {
  if (!wanted.HasSource(kFuzz) || !wanted.HasLibraries()) return "";
  if (wanted.malloc.IsGiven()) {
    Fail(
        "the source fuzz is for libraries that export a port, not for "
        "--malloc");
  }
  for (const std::string& name : wanted.systems) {
    if (!IsLibrary(name)) continue;
    if (const std::string lack = LacksGuidance(name); !lack.empty()) Fail(lack);
  }
  const auto engine = FindFuzzEngine();
  if (!engine) Fail(engine.error());
  return *engine;
}

std::vector<std::unique_ptr<Job>> Plan(const Wanted& wanted, Setting& setting) {
  const std::vector<std::string> names = wanted.Names();
  std::vector<std::pair<const Source*, std::vector<System>>> pairs;
  std::vector<std::string> known;
  std::size_t timed = 0;
  for (const Source& source : Sources()) {
    pairs.emplace_back(&source, SystemsOf(source, setting));
    if (source.is_timed && !IsAboutThreads(source))
      timed += pairs.back().second.size();
    for (const System& system : pairs.back().second) {
      if (!Contains(known, system.name)) known.push_back(system.name);
    }
  }
  CheckNames(names, known, "system");
  const std::size_t share = kCoreSeconds / std::max<std::size_t>(timed, 1);
  setting.seconds = wanted.seconds.value_or(
      static_cast<double>(std::max<std::size_t>(share, 1)));
  setting.thread_seconds = wanted.seconds.value_or(kThreadSeconds);
  const auto is_wanted = [&](const System& system) {
    return !system.IsLinked() || Contains(names, system.name) ||
           (names.empty() && !wanted.HasLibraries());
  };
  std::vector<std::unique_ptr<Job>> jobs;
  for (const auto& [source, systems] : pairs) {
    if (!wanted.sources.empty() && !wanted.HasSource(source->name)) continue;
    for (const System& system : systems) {
      if (!is_wanted(system)) continue;
      jobs.push_back(std::make_unique<Job>(*source, system, setting));
    }
  }
  if (jobs.empty()) {
    Fail(Text("no such source has scripts for such a system", WhyNone(wanted)));
  }
  return jobs;
}

}  // namespace lockstep::suite::verify
