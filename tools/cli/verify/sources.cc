#include "tools/cli/verify/sources.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/files.h"
#include "tools/cli/verify/fuzz_target.h"

namespace lockstep::suite::verify {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

Words Joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

struct Head {
  std::string component;
  std::string opening;  // The verb that gives the system its memory.
  bool has_threads = false;
};

// Only then has a trace version 2.
bool HasThreadsIn(std::istringstream& version) {
  int number = 1;
  version >> number;
  return number >= 2;
}

Head HeadOf(const std::string& path) {
  Head head;
  std::ifstream lines(path);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word == "lockstep-trace") head.has_threads = HasThreadsIn(words);
    if (word == "component" && head.component.empty()) words >> head.component;
    if (word != "init" && word != "attach") continue;
    head.opening = word;
    break;
  }
  return head;
}

// Under all models on the system that each names. On the others that get their
// memory in the same way, a recording is a script like any other: what was
// recorded does not hold for them.
std::vector<Planned> Recordings(const System& system, const Setting& setting) {
  Words named;
  std::set<std::string> openings;
  std::vector<std::pair<std::string, std::string>> rest;
  std::error_code ignored;
  for (const std::string& path : TracesBelow(setting.traces, ignored)) {
    const Head head = HeadOf(path);
    // It is for `schedules --replay`.
    if (head.has_threads) continue;
    if (head.component == system.name) {
      named.push_back(path);
      openings.insert(head.opening);
    } else {
      rest.emplace_back(path, head.opening);
    }
  }
  if (named.empty()) openings = {"init", "attach"};
  Words others;
  for (const auto& [path, opening] : rest) {
    if (openings.contains(opening)) others.push_back(path);
  }
  const Words replay = {setting.program, "replay", "--json"};
  const Words on_it =
      system.IsLinked() ? Words{"--system", system.name} : system.option;
  std::vector<Planned> commands;
  if (!named.empty()) {
    commands.push_back(
        {Joined(Joined(Joined(replay, system.option), {"--"}), named)});
  }
  if (!others.empty()) {
    const Words weaker = {"--models", "shadow,placement", "--"};
    commands.push_back({Joined(Joined(Joined(replay, on_it), weaker), others)});
  }
  return commands;
}

// A script's seed follows that of the script before it. So seeds that are
// neighbours here have no script in common.
std::string SeedOf(const Setting& setting, std::uint64_t first = 0) {
  return Text((std::uint64_t{setting.seed} << 32) + first);
}

Words Timed(const std::string& program, const char* command,
            const System& system, double seconds, const std::string& seed) {
  return Joined(Joined({program, command}, system.argument),
                {"--json", "--seconds", Text(seconds), "--seed", seed});
}

// Half of the time with all verbs and sizes, half of it with swarms.
std::vector<Planned> Random(const System& system, const Setting& setting) {
  const double half = setting.seconds / 2;
  const Words words =
      Timed(setting.program, "random", system, half, SeedOf(setting));
  return {{words, half}, {Joined(words, {"--swarm"}), half}};
}

// As swarms, where AddressSanitizer and UBSan see what shows in no other way.
std::vector<Planned> Sanitized(const System& system, const Setting& setting) {
  const Words words = Timed(setting.sanitized, "random", system,
                            setting.seconds, SeedOf(setting, 1ULL << 31));
  return {{Joined(words, {"--swarm"}), setting.seconds}};
}

// The models and the laws, in turns.
std::vector<Planned> Props(const System& system, const Setting& setting) {
  return {{Timed(setting.program, "props", system, setting.seconds,
                 SeedOf(setting)),
           setting.seconds}};
}

// All states of a small system.
std::vector<Planned> Explore(const System& system, const Setting& setting) {
  return {{Joined(Joined({setting.program, "explore"}, system.argument),
                  {"--json", "--concrete", "--threads", "1"})}};
}

// In less than a second no two threads might meet, or nothing might be served, and
// either is a problem.
double SecondsOfThreads(const Setting& setting) {
  return std::max(setting.thread_seconds, 1.0);
}

// On real threads.
std::vector<Planned> Threads(const System& system, const Setting& setting) {
  const double seconds = SecondsOfThreads(setting);
  return {{Timed(setting.program, "threads", system, seconds, SeedOf(setting)),
           seconds}};
}

// One thread at a time. A few schedules of many scripts reach more in a short time
// than many of a few.
std::vector<Planned> Schedules(const System& system, const Setting& setting) {
  const double seconds = SecondsOfThreads(setting);
  const Words words =
      Timed(setting.program, "schedules", system, seconds, SeedOf(setting));
  return {{Joined(words, {"--schedules", "50"}), seconds}};
}

}  // namespace

bool IsAboutThreads(const Source& source) {
  return source.name == kThreads || source.name == kSchedules;
}

const std::array<Source, kSources>& Sources() {
  static constexpr std::array<Source, kSources> kAll = {{
      {"recordings", "traces of the original crates", false, Recordings},
      {"random", "scripts made up from a seed, whole and in swarms", true,
       Random},
      {"sanitized", "random scripts with AddressSanitizer and UBSan", true,
       Sanitized},
      {"props", "properties and laws, on scripts that RapidCheck shrinks", true,
       Props},
      {"explore", "a few kinds of op in every state of a small system", false,
       Explore},
      {kThreads, "scripts on several threads at once", true, Threads},
      {kSchedules,
       "short scripts on several threads, in orders that are chosen", true,
       Schedules},
      {kFuzz, "scripts from bytes, guided by the coverage that they reach",
       true, nullptr},
  }};
  return kAll;
}

std::vector<System> SystemsOf(const Source& source, const Setting& setting) {
  std::vector<System> systems = setting.systems;
  if (source.name == kFuzz) {
    if (setting.engine.empty()) systems.clear();
    std::erase_if(systems, [](const System& one) { return one.IsLinked(); });
    for (const std::string& name : TargetsIn(setting.fuzzers)) {
      systems.push_back({name, {name}});
    }
    return systems;
  }
  if (source.name == "sanitized") {
    if (setting.sanitized.empty()) return {};
    std::erase_if(systems, [](const System& one) { return !one.IsLinked(); });
  }
  if (source.name == "explore") {
    std::erase_if(systems,
                  [](const System& one) { return one.has_own_memory; });
  }
  if (IsAboutThreads(source)) {
    std::erase_if(systems,
                  [](const System& one) { return !one.is_for_threads; });
  }
  if (source.name == kSchedules) {
    std::erase_if(systems, [](const System& one) { return !one.is_scheduled; });
  }
  if (source.name == "recordings" && setting.traces.empty()) return {};
  if (source.name == "props" && !setting.has_props) return {};
  return systems;
}

}  // namespace lockstep::suite::verify
