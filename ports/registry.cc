#include "ports/registry.h"

#include <algorithm>
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

namespace lockstep::suite {
namespace {

constexpr std::uint32_t kMostHandles = 64;

// Made by whichever port comes first: the order of static objects is not known.
std::vector<const lockstep_port*>& Registry() {
  static std::vector<const lockstep_port*> ports;
  return ports;
}

// A table may be filled in after it was registered.
std::string_view PortName(const lockstep_port* port) {
  return port->name == nullptr ? "" : port->name;
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
  if (std::ranges::any_of(Registry(), [&](const lockstep_port* other) {
        return Current(other) != &port && PortName(other) == PortName(&port);
      })) {
    return "its name is that of another port that is linked in";
  }
  const auto promises = [&](lockstep_capabilities bits) {
    return (port.capabilities & bits) == bits;
  };
  if (promises(LOCKSTEP_ONE_INSTANCE | LOCKSTEP_SNAPSHOTS)) {
    return "LOCKSTEP_ONE_INSTANCE says that its state is in globals, and "
           "LOCKSTEP_SNAPSHOTS that it is not";
  }
  if (promises(LOCKSTEP_RESIZE_GROWS) &&
      (port.resize == nullptr || port.needs == nullptr)) {
    return "LOCKSTEP_RESIZE_GROWS says what resize and needs are to do, and "
           "both "
           "are required for it";
  }
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
  if (port->version != 1) return port;
  static std::map<const lockstep_port*, lockstep_port> widened;
  lockstep_port& wide = widened[port];
  // What comes after is not the table's.
  std::memcpy(&wide, port, LOCKSTEP_PORT_BYTES_OF_1);
  wide.version = LOCKSTEP_PORT_VERSION;
  return &wide;
}

}  // namespace lockstep::suite
