#include "tools/cli/schedules/source_line.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/script/text.h"
#include "tools/cli/process.h"

namespace lockstep::suite {
namespace {

// The first line that is "path:12" or "path:12:3", without its folder.
std::string FirstPlace(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::size_t name = line.rfind('/');
    const std::size_t colon =
        line.find(':', name == std::string_view::npos ? 0 : name);
    if (colon == std::string_view::npos || line.starts_with("??")) continue;
    const std::size_t number = line.find_first_not_of("0123456789", colon + 1);
    if (number == colon + 1 || line.substr(colon + 1, 1) == "0") continue;
    const std::size_t begin = name == std::string_view::npos ? 0 : name + 1;
    return std::string(line.substr(
        begin,
        (number == std::string_view::npos ? line.size() : number) - begin));
  }
  return "";
}

}  // namespace

// The address is that after the call of a hook, which stands for the access.
std::string SourceLineOf(std::uintptr_t instruction) {
  Dl_info info{};
  if (instruction == 0 ||
      dladdr(reinterpret_cast<const void*>(instruction), &info) == 0) {
    return "";
  }
  const std::string offset =
      Text("0x", std::hex,
           instruction - 1 - reinterpret_cast<std::uintptr_t>(info.dli_fbase));
  const std::string path = info.dli_fname;
  const std::vector<std::string> symbolizers[] = {
      {"llvm-symbolizer-19", "--obj=" + path, offset},
      {"llvm-symbolizer", "--obj=" + path, offset},
      {"addr2line", "-e", path, offset},
  };
  for (const std::vector<std::string>& words : symbolizers) {
    const Ended ended = RunProgram(words);
    if (ended.exit_code != 0) continue;
    return FirstPlace(ended.stdout_text);
  }
  return "";
}

}  // namespace lockstep::suite
