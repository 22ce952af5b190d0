#include "tools/cli/scheduled_library.h"

#include <cstdlib>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "ports/library/elf.h"
#include "ports/library/library.h"
#include "tools/cli/console.h"
#include "tools/cli/system_choice.h"

namespace lockstep::suite {
namespace {

namespace fs = std::filesystem;

constexpr const char* kName = "libscheduled.so";

constexpr const char* kHowToBuildLibrary =
    "there is no libscheduled.so, which has the allocators of this program "
    "compiled for schedules, beside it, in ../lib/lockstep, or where "
    "LOCKSTEP_SCHEDULED says. Only clang makes one: CMake installs it where "
    "there is a clang, and in a clone of Lockstep `bazel build "
    "//tools/cli:lockstep` makes it with the program. A library of your own "
    "needs none: lockstep schedules ./libmine.so";

}  // namespace

std::expected<std::string, std::string> ScheduledLibrary() {
  std::error_code error;
  if (const char* const given = std::getenv("LOCKSTEP_SCHEDULED")) {
    if (fs::is_regular_file(given, error)) return given;
    return std::unexpected(Text("LOCKSTEP_SCHEDULED: ", given, " is no file"));
  }
  const fs::path here = fs::path(ProgramPath()).parent_path();
  for (const fs::path& folder :
       {here, here / "../lib/lockstep", here / "../../ports/shared"}) {
    if (fs::exists(folder / kName, error)) {
      return (folder / kName).lexically_normal().string();
    }
  }
  return std::unexpected(kHowToBuildLibrary);
}

std::expected<const lockstep_port*, std::string> FindScheduled(
    std::string_view name) {
  const auto library = ScheduledLibrary();
  if (!library) return std::unexpected(library.error());
  const auto ports = PortsOf(*library);
  if (!ports) return std::unexpected(ports.error());
  for (const lockstep_port* port : *ports) {
    if (port->name == name) return port;
  }
  return nullptr;
}

bool IsCompiledForSchedules(const SystemChoice& choice) {
  const bool is_malloc = !choice.malloc.path.empty();
  if (!is_malloc && !IsLibrary(choice.name)) return false;
  const auto symbols =
      ReadSymbols(is_malloc ? choice.malloc.path : PathOf(choice.name));
  return symbols && IsScheduled(*symbols);
}

}  // namespace lockstep::suite
