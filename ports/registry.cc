#include "ports/registry.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "models/script/text.h"
#include "models/spec/spec.h"
#include "ports/promises.h"

namespace lockstep::suite {
namespace {

constexpr std::uint32_t kMostHandles = 64;
constexpr int kMostExitCode = 199;

// Made by whichever port comes first: the order of static objects is not known.
std::vector<const lockstep_port*>& Registry() {
  static std::vector<const lockstep_port*> ports;
  return ports;
}

// A table may be filled in after it was registered.
std::string_view PortName(const lockstep_port* port) {
  return port->name == nullptr ? "" : port->name;
}

bool OffersReallocate(const lockstep_port& port) {
  return port.reallocate != nullptr || port.reallocate_zeroed != nullptr;
}

bool OffersResize(const lockstep_port& port) { return port.resize != nullptr; }

// A promise about a function that is not there could not be broken.
struct Needed {
  lockstep_capabilities promise;
  bool (*is_there)(const lockstep_port& port);
  std::string_view what;
};
constexpr std::array kNeeded = {
    Needed{LOCKSTEP_REALLOCATES_ALIGN, OffersReallocate, "reallocate"},
    Needed{LOCKSTEP_REALLOCATES_NULL, OffersReallocate, "reallocate"},
    Needed{LOCKSTEP_REALLOCATES_TO_ZERO, OffersReallocate, "reallocate"},
    Needed{LOCKSTEP_ZEROES_FROM_USABLE,
           [](const lockstep_port& port) {
             return port.reallocate_zeroed != nullptr &&
                    port.usable_of != nullptr;
           },
           "reallocate_zeroed and usable_of"},
    Needed{LOCKSTEP_RESIZE_SHRINKS, OffersResize, "resize"},
    Needed{LOCKSTEP_RESIZE_GROWS,
           [](const lockstep_port& port) {
             return port.resize != nullptr && port.needs != nullptr;
           },
           "resize and needs"},
    Needed{
        LOCKSTEP_SERVES_SOME,
        [](const lockstep_port& port) { return port.allocate_many != nullptr; },
        "allocate_many"},
    Needed{LOCKSTEP_TRIM_RETURNS,
           [](const lockstep_port& port) { return port.trim != nullptr; },
           "trim"},
    Needed{LOCKSTEP_COUNTS_OVERHEAD,
           [](const lockstep_port& port) { return port.statistics != nullptr; },
           "statistics"},
};

// Of what version 2 of the table has.
std::string FaultOfWhole(const lockstep_port& port) {
  for (const Needed& needed : kNeeded) {
    const bool is_promised = (port.capabilities & needed.promise) != 0;
    if (is_promised && !needed.is_there(port)) {
      return Text("LOCKSTEP_", NameOf(needed.promise), " is about ",
                  needed.what, ", which it does not offer");
    }
  }
  constexpr lockstep_capabilities kContradiction =
      LOCKSTEP_ONE_INSTANCE | LOCKSTEP_SNAPSHOTS;
  if ((port.capabilities & kContradiction) == kContradiction) {
    return "LOCKSTEP_ONE_INSTANCE says that its state is in globals, and "
           "LOCKSTEP_SNAPSHOTS that it is not";
  }
  if (port.steps_growth > LOCKSTEP_STEPS_LINEAR ||
      (port.steps_growth != 0 && port.steps == nullptr)) {
    return "steps_growth must be one of LOCKSTEP_STEPS_..., and says how steps "
           "grows, which must be offered";
  }
  if (port.death_exit_code < 0 || port.death_exit_code > kMostExitCode) {
    return Text("death_exit_code must be from 0 to ", kMostExitCode);
  }
  return "";
}

// A promise that is about another one, which is missing.
struct Presumed {
  lockstep_capabilities promise;
  lockstep_capabilities about;
};
constexpr std::array kPresumed = {
    Presumed{LOCKSTEP_FREES_ELSEWHERE, LOCKSTEP_THREADS_APART},
    Presumed{LOCKSTEP_SURVIVES_FORK, LOCKSTEP_THREAD_SAFE},
};

// Of what version 3 of the table has.
std::string FaultOfThreads(const lockstep_port& port) {
  for (const auto [promise, about] : kPresumed) {
    if ((port.capabilities & promise) != 0 &&
        (port.capabilities & about) == 0) {
      return Text("LOCKSTEP_", NameOf(promise), " is about LOCKSTEP_",
                  NameOf(about), ", which it does not promise");
    }
  }
  if ((port.capabilities & LOCKSTEP_THREAD_SAFE) != 0 &&
      port.attach != nullptr && port.use_handle == nullptr) {
    return "LOCKSTEP_THREAD_SAFE of a port that pulls is about use_handle, "
           "which it does not offer";
  }
  return "";
}

}  // namespace

RegisteredPort::RegisteredPort(const lockstep_port& port) {
  Registry().push_back(&port);
}

std::string FaultOf(const lockstep_port& port) {
  constexpr std::string_view kNameLetters =
      "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (port.version == 0 || port.version > LOCKSTEP_PORT_VERSION) {
    return Text("version is ", port.version, ", and must be from 1 to ",
                LOCKSTEP_PORT_VERSION,
                ": set it to LOCKSTEP_PORT_VERSION of the port.h that the port "
                "is compiled with");
  }
  if (PortName(&port).empty() || PortName(&port).find_first_not_of(
                                     kNameLetters) != std::string_view::npos) {
    return "name must be of lower case letters, digits and underscores";
  }
  if (port.create == nullptr || port.destroy == nullptr ||
      port.allocate == nullptr || port.deallocate == nullptr) {
    return "create, destroy, allocate and deallocate are required";
  }
  const bool has_own = (port.capabilities & LOCKSTEP_OWN_MEMORY) != 0;
  if ((port.init != nullptr) + (port.attach != nullptr) + has_own != 1 ||
      (port.attach != nullptr) != (port.detach != nullptr)) {
    return "either init is required, or attach and detach, or "
           "LOCKSTEP_OWN_MEMORY";
  }
  if (port.attach != nullptr &&
      (port.handle_count == 0 || port.handle_count > kMostHandles)) {
    return "handle_count must be from 1 to 64, where there is attach";
  }
  for (const std::size_t bytes :
       {port.state_align, port.unit_bytes, port.region_align_bytes}) {
    if (bytes != 0 && !std::has_single_bit(bytes)) {
      return "state_align, unit_bytes and region_align_bytes must be powers of "
             "two, or 0";
    }
  }
  // One of a library is called by its path, whatever is linked in.
  if (std::ranges::count(Registry(), PortName(&port), PortName) > 1) {
    return "its name is that of another port that is linked in";
  }
  if (std::string fault = FaultOfWhole(port); !fault.empty()) return fault;
  if (std::string fault = FaultOfThreads(port); !fault.empty()) return fault;
  return FaultOfPlacement(port);
}

std::vector<const lockstep_port*> AllPorts() {
  std::vector<const lockstep_port*> ports;
  for (const lockstep_port* port : Registry()) ports.push_back(Current(port));
  std::ranges::sort(ports, {}, PortName);
  return ports;
}

const lockstep_port* FindPort(std::string_view name) {
  const auto found = std::ranges::find(Registry(), name, PortName);
  return found == Registry().end() ? nullptr : Current(*found);
}

const lockstep_port* Current(const lockstep_port* port) {
  // One that is not known is FaultOf's to tell.
  if (port->version == 0 || port->version >= LOCKSTEP_PORT_VERSION) return port;
  static std::map<const lockstep_port*, lockstep_port> widened;
  lockstep_port& wide = widened[port];
  // What comes after is not the table's.
  std::memcpy(
      &wide, port,
      port->version == 1 ? LOCKSTEP_PORT_BYTES_OF_1 : LOCKSTEP_PORT_BYTES_OF_2);
  wide.version = LOCKSTEP_PORT_VERSION;
  return &wide;
}

}  // namespace lockstep::suite
