#include "tools/cli/verify/report/host.h"

#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/files.h"

namespace lockstep::suite::verify {
namespace {

using Json = nlohmann::ordered_json;

// The value of the first line "key : value" or key="value"; "" without one.
std::string ValueIn(const char* path, std::string_view key, char separator) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    const std::size_t at = line.find(separator);
    if (!line.starts_with(key) || at == line.npos) continue;
    const std::size_t begin = line.find_first_not_of(" \t\"", at + 1);
    if (begin == line.npos) return "";
    const std::size_t end = line.find_last_not_of(" \t\"");
    return line.substr(begin, end - begin + 1);
  }
  return "";
}

// From there on, as far as it can be printed.
std::string Printable(std::string_view bytes) {
  std::size_t end = 0;
  while (end < bytes.size() && bytes[end] >= ' ' && bytes[end] <= '~') ++end;
  return std::string(bytes.substr(0, end));
}

std::string CompilerOf(std::string_view program) {
  // In two parts, so that this program does not find its own text.
  const std::string clang = Text("clang", " version ");
  const std::string gcc = Text("GCC", ": (");
  // The C library's own objects name GCC as well.
  if (const std::size_t at = program.find(clang); at != program.npos) {
    const std::size_t begin = program.rfind('\0', at) + 1;
    return Printable(program.substr(begin));
  }
  const std::size_t at = program.find(gcc);
  return at == program.npos ? "unknown" : Printable(program.substr(at));
}

}  // namespace

std::size_t Cores() {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  if (sched_getaffinity(0, sizeof cores, &cores) != 0) return 1;
  return static_cast<std::size_t>(CPU_COUNT(&cores));
}

Json DescribeMachine() {
  utsname system{};
  uname(&system);
  std::string processor = ValueIn("/proc/cpuinfo", "model name", ':');
  if (processor.empty()) processor = system.machine;
  const auto pages = static_cast<std::uint64_t>(sysconf(_SC_PHYS_PAGES));
  const auto page_bytes = static_cast<std::uint64_t>(sysconf(_SC_PAGE_SIZE));
  return {
      {"processor", processor},
      {"cores", Cores()},
      {"memory_bytes", pages * page_bytes},
      {"architecture", system.machine},
      {"kernel", system.release},
      {"distribution", ValueIn("/etc/os-release", "PRETTY_NAME", '=')},
  };
}

Json DescribeBuild(const std::string& program) {
  constexpr std::string_view kDirty = "-dirty";
  Json fields = {{"commit", nullptr}, {"is_modified", nullptr}};
  if (const char* const said = std::getenv("LOCKSTEP_COMMIT");
      said != nullptr && *said != '\0') {
    std::string_view commit = said;
    fields["is_modified"] = commit.ends_with(kDirty);
    if (commit.ends_with(kDirty)) commit.remove_suffix(kDirty.size());
    fields["commit"] = commit;
  }
  const std::string bytes = ReadBytes(program).value_or("");
  fields["compiler"] = CompilerOf(bytes);
  fields["sanitizers"] = Json::array();
  // Without the underscores in front of them, so that this program does not
  // find its own text.
  const std::array<std::pair<const char*, const char*>, 3> symbols = {{
      {"address", "asan_version_mismatch_check"},
      {"thread", "tsan_func_entry"},
      {"undefined", "ubsan_handle_"},
  }};
  for (const auto& [name, symbol] : symbols) {
    if (bytes.contains(Text("__", symbol)))
      fields["sanitizers"].push_back(name);
  }
  return fields;
}

std::string TimeNow() {
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  std::array<char, 40> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S%z", &local);
  std::string zoned = text.data();
  return zoned.insert(zoned.size() - 2, ":");
}

}  // namespace lockstep::suite::verify
