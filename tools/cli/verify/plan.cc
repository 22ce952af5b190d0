#include "tools/cli/verify/plan.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
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
#include "ports/library/library.h"
#include "tools/cli/console.h"
#include "tools/cli/fuzz_engine.h"
#include "tools/cli/process.h"
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
          .has_own_memory = (port->capabilities & LOCKSTEP_OWN_MEMORY) != 0};
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

// As a program lists them: a heading, then a line for each.
std::vector<System> LinkedInto(const std::string& program) {
  const Ended listed = RunProgram({program, "list", "systems"});
  std::vector<System> systems;
  for (const std::string_view line : LinesOf(listed.stdout_text)) {
    if (!line.starts_with("  ")) continue;
    std::istringstream words{std::string(line)};
    std::string name;
    words >> name;
    // Of another program's systems it is not known.
    const auto port = FindLinked(name);
    const bool has_own_memory =
        program == ProgramPath() && port &&
        ((*port)->capabilities & LOCKSTEP_OWN_MEMORY) != 0;
    systems.push_back({name, {name}, {}, has_own_memory});
  }
  if (listed.exit_code != 0 || systems.empty()) {
    Fail(Text(program, " does not list its systems"));
  }
  return systems;
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
  if (wanted.malloc.IsGiven()) systems.push_back(LibraryOf(wanted.malloc));
  if (systems.empty() || !wanted.Names().empty()) {
    const auto linked = LinkedInto(program);
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
    if (source.is_timed) timed += pairs.back().second.size();
    for (const System& system : pairs.back().second) {
      if (!Contains(known, system.name)) known.push_back(system.name);
    }
  }
  CheckNames(names, known, "system");
  const std::size_t share = kCoreSeconds / std::max<std::size_t>(timed, 1);
  setting.seconds = wanted.seconds.value_or(
      static_cast<double>(std::max<std::size_t>(share, 1)));
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
  if (jobs.empty()) Fail("no such source has scripts for such a system");
  return jobs;
}

}  // namespace lockstep::suite::verify
