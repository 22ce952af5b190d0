// The ports that are linked in, and beside them our reference and glibc, all of
// them through the door: see tools/bazel/allocator_suite.bzl.

#include <dlfcn.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "bench/door.h"
#include "bench/main.h"
#include "bench/race.h"
#include "lockstep/port.h"
#include "ports/registry.h"

namespace lockstep::suite::bench {
namespace {

constexpr int kExitUsage = 2;

constexpr std::array<std::string_view, 4> kPeers = {"buddy", "glibc", "heap",
                                                    "slab_cache"};
// Of the reference, what is another face of these.
constexpr std::array<std::string_view, 8> kLeftOut = {
    "buddy_6",     "buddy_6_mapped", "buddy_byte", "buddy_mapped",
    "heap_mapped", "slab",           "slab_byte",  "slab_cache_3"};

// False where another library has taken malloc's place.
bool IsGlibcThere() {
  Dl_info info{};
  return dladdr(reinterpret_cast<void*>(&std::malloc), &info) != 0 &&
         std::string_view(info.dli_fname).contains("/libc.so");
}

template <class Names>
bool IsAmong(const Names& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

bool IsLeftOut(std::string_view name) {
  if (IsAmong(kLeftOut, name)) return true;
  if (name != "glibc" || IsGlibcThere()) return false;
  std::fputs("bench: without glibc: another library is malloc here\n", stderr);
  LeaveOut("all/glibc");
  return true;
}

}  // namespace

std::vector<std::string> RegisterAll() {
  std::vector<std::string> subjects;
  auto ports = AllPorts();
  // The same table, if it is linked in twice.
  const auto again = std::ranges::unique(ports);
  ports.erase(again.begin(), again.end());
  for (const lockstep_port* const port : ports) {
    if (const std::string fault = FaultOf(*port); !fault.empty()) {
      std::fprintf(stderr, "bench: %s: %s\n", port->name, fault.c_str());
      std::exit(kExitUsage);
    }
    if (IsLeftOut(port->name)) continue;
    // Two instances on two threads are more than a port promises. A buddy
    // system takes time in their square to make the holes.
    Entrant(port->name, Sharing::kNoThreads,
            [port](Memory memory) { return Door(*port, memory); })
        .MostHolesLog2(14)
        .Register();
    if (!IsAmong(kPeers, port->name)) {
      subjects.emplace_back(port->name);
    }
  }
  return subjects;
}

}  // namespace lockstep::suite::bench
