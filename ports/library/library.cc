#include "ports/library/library.h"

#include <dlfcn.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "lockstep/port.h"
#include "models/script/nearest.h"
#include "models/script/text.h"
#include "ports/library/elf.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

// See LOCKSTEP_EXPORT.
constexpr std::string_view kExported = "lockstep_exported_";

constexpr const char* kTunables = "GLIBC_TUNABLES";
constexpr const char* kMoreStaticTls = "glibc.rtld.optional_static_tls=65536";

// Some allocators have thread-local variables that must lie in memory which the
// program sets aside when it starts.
void StartAgainWithMoreStaticTls() {
  if (std::getenv(kTunables) == nullptr) {
    StartAgain({{kTunables, kMoreStaticTls}});
  }
}

std::string Hint(std::string_view what) {
  if (what.find("undefined symbol: __tsan_") != std::string_view::npos) {
    return "; it was compiled with -fsanitize=thread, and this program does "
           "not choose schedules";
  }
  if (what.find("undefined symbol") != std::string_view::npos) {
    return "; link the library with whatever defines this symbol";
  }
  if (what.find("libtsan") != std::string_view::npos) {
    return "; gcc links the runtime of -fsanitize=thread into libraries, which "
           "this program must not have: compile it with clang";
  }
  if (what.find("static TLS") != std::string_view::npos) {
    return Text("; run again with ", kTunables, "=", kMoreStaticTls);
  }
  return "";
}

// Two C libraries in a process do not know of each other's sbrk: what one was
// given, the other would take back. A page behind the end of this memory lets
// all further calls fail, and whoever wants memory then asks mmap.
void StopSbrk() {
  const auto page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const auto end = reinterpret_cast<std::uintptr_t>(sbrk(0));
  void* const behind = reinterpret_cast<void*>((end + page - 1) & ~(page - 1));
  (void)mmap(behind, page, PROT_NONE,
             MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

// `symbols` are those of the library, as far as they are known.
void* Load(const char* path, Isolation isolation,
           const LibrarySymbols& symbols) {
  const bool is_isolated = !HasAddressSanitizer() && !IsScheduled(symbols);
  if (isolation == Isolation::kOwnLibraries && is_isolated) {
    StopSbrk();
    return dlmopen(LM_ID_NEWLM, path, RTLD_NOW);
  }
  const int deep = is_isolated ? RTLD_DEEPBIND : 0;
  return dlopen(path, RTLD_NOW | RTLD_LOCAL | deep);
}

std::string FileOf(void* handle, const std::string& path) {
  link_map* map = nullptr;
  const bool is_known =
      dlinfo(handle, RTLD_DI_LINKMAP, static_cast<void*>(&map)) == 0;
  return is_known && map->l_name[0] != '\0' ? map->l_name : path;
}

// What lies in this folder is meant before what the linker would find.
std::string WithFolder(const std::string& path) {
  std::error_code error;
  const bool is_here = path.find('/') == std::string::npos &&
                       std::filesystem::exists(path, error);
  return is_here ? "./" + path : path;
}

// What is wrong with its file.
std::optional<std::string> ReadInto(Library& library) {
  auto symbols = ReadSymbols(library.path);
  if (!symbols) return Text(library.path, ": ", symbols.error());
  library.symbols = *std::move(symbols);
  return std::nullopt;
}

std::string NamesOf(const std::vector<const lockstep_port*>& ports) {
  std::string names;
  for (const lockstep_port* port : ports) names += Text(" ", port->name);
  return names;
}

// Some of what a library exports instead of what was looked for.
std::string Example(const LibrarySymbols& symbols) {
  constexpr std::size_t kMost = 8;
  const std::size_t shown = std::min(kMost, symbols.exported.size());
  std::string names;
  for (std::size_t i = 0; i < shown; ++i) {
    names += Text(i == 0 ? "" : ", ", symbols.exported[i]);
  }
  if (names.empty()) return ", nor anything else: is all of it hidden?";
  return Text(", but ", names, shown < symbols.exported.size() ? ", ..." : "");
}

// "PATH:NAME" or "PATH".
struct Called {
  std::string path;
  std::string name;
};

Called Split(const std::string& system) {
  const std::size_t colon = system.rfind(':');
  if (colon == std::string::npos ||
      system.find('/', colon) != std::string::npos) {
    return {system, ""};
  }
  return {system.substr(0, colon), system.substr(colon + 1)};
}

std::expected<const lockstep_port*, std::string> FindInLibrary(
    const std::string& system) {
  const auto [path, name] = Split(system);
  const auto ports = PortsOf(path);
  if (!ports) return std::unexpected(ports.error());
  if (name.empty() && ports->size() == 1) return ports->front();
  for (const lockstep_port* port : *ports) {
    if (port->name == name) return port;
  }
  return std::unexpected(Text(path,
                              name.empty()
                                  ? " exports several ports: say which, as "
                                  : " exports no port of this name: ",
                              path, ":NAME; there are:", NamesOf(*ports)));
}

}  // namespace

void StartAgain(const std::map<std::string, std::string>& variables) {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string words{std::istreambuf_iterator<char>(file), {}};
  std::vector<char*> arguments;
  for (std::size_t at = 0; at < words.size(); at = words.find('\0', at) + 1) {
    arguments.push_back(words.data() + at);
  }
  arguments.push_back(nullptr);
  for (const auto& [name, value] : variables) {
    setenv(name.c_str(), value.c_str(), 1);
  }
  execv("/proc/self/exe", arguments.data());
  for (const auto& [name, value] : variables) unsetenv(name.c_str());
}

bool HasAddressSanitizer() {
  return dlsym(RTLD_DEFAULT, "__asan_init") != nullptr;
}

void* Library::Find(const std::string& name) const {
  return symbols.Exports(name) ? dlsym(handle, name.c_str()) : nullptr;
}

void* Library::FindAnywhere(const std::string& name) const {
  return dlsym(handle, name.c_str());
}

std::expected<Library, std::string> LoadLibrary(const std::string& path,
                                                Isolation isolation) {
  const std::string found = WithFolder(path);
  Library library{nullptr, found, {}};
  // Where it is known, before any of its code runs.
  const bool is_known = found.find('/') != std::string::npos;
  if (is_known) {
    if (const auto fault = ReadInto(library)) return std::unexpected(*fault);
  }
  library.handle = Load(found.c_str(), isolation, library.symbols);
  if (library.handle == nullptr) {
    const char* const error = dlerror();
    const std::string what = error == nullptr ? "it does not load" : error;
    if (what.find("static TLS") != std::string::npos) {
      StartAgainWithMoreStaticTls();
    }
    return std::unexpected(Text(what, Hint(what)));
  }
  if (is_known) return library;
  library.path = FileOf(library.handle, found);
  if (const auto fault = ReadInto(library)) return std::unexpected(*fault);
  return library;
}

bool IsScheduled(const LibrarySymbols& symbols) {
  const auto has_runtime = [](std::string_view name) {
    return name.starts_with("libtsan.so") ||
           name.starts_with("libclang_rt.tsan");
  };
  return symbols.Needs("__tsan_init") &&
         std::ranges::none_of(symbols.libraries, has_runtime);
}

std::string PathOf(const std::string& system) { return Split(system).path; }

std::string AsSystemName(std::string_view text) {
  std::string name;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    name +=
        std::isalnum(byte) != 0 ? static_cast<char>(std::tolower(byte)) : '_';
  }
  return name;
}

bool IsLibrary(std::string_view system) {
  return system.find('/') != std::string::npos ||
         system.find(".so") != std::string::npos;
}

std::expected<std::vector<const lockstep_port*>, std::string> PortsOf(
    const std::string& path) {
  static std::map<std::string, std::vector<const lockstep_port*>> opened;
  if (const auto known = opened.find(path); known != opened.end()) {
    return known->second;
  }
  const auto library = LoadLibrary(path, Isolation::kOwnCalls);
  if (!library) return std::unexpected(library.error());
  std::vector<const lockstep_port*> ports;
  for (const std::string& symbol : library->symbols.exported) {
    if (!symbol.starts_with(kExported)) continue;
    const auto* const exported =
        static_cast<const lockstep_port* const*>(library->Find(symbol));
    if (exported == nullptr || *exported == nullptr) continue;
    const lockstep_port* const port = Current(*exported);
    if (const std::string fault = FaultOf(*port); !fault.empty()) {
      return std::unexpected(Text(path, ": the port ",
                                  symbol.substr(kExported.size()), ": ", fault,
                                  " (lockstep/port.h)"));
    }
    ports.push_back(port);
  }
  if (ports.empty()) {
    return std::unexpected(
        Text(path, " exports no port", Example(library->symbols),
             ". Put LOCKSTEP_EXPORT(my_port) (see lockstep/port.h) below the "
             "table; a library that replaces malloc needs no port: --malloc ",
             path));
  }
  std::ranges::sort(ports, {}, [](const lockstep_port* port) {
    return std::string_view(port->name);
  });
  return opened[path] = std::move(ports);
}

std::expected<const lockstep_port*, std::string> FindLinked(
    const std::string& name) {
  if (const lockstep_port* const port = FindPort(name)) return port;
  const std::string known = NamesOf(AllPorts());
  std::vector<std::string> names;
  for (const lockstep_port* port : AllPorts()) names.push_back(port->name);
  return std::unexpected(
      Text("there is no system '", name, "'; ", DidYouMean(name, names),
           "there are:",
           known.empty() ? " none. Is the port linked with alwayslink?" : known,
           ". A library is called by its path, ./libmine.so; for a trace of "
           "its, say --system ./libmine.so"));
}

std::expected<const lockstep_port*, std::string> FindSystem(
    const std::string& system) {
  return FindPort(system) == nullptr && IsLibrary(system)
             ? FindInLibrary(system)
             : FindLinked(system);
}

}  // namespace lockstep::suite
