#include "ports/registry.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/port.h"

namespace lockstep {
namespace {

// Made by whichever port comes first: the order of static objects is not known.
std::map<std::string_view, const lockstep_port*>& Registry() {
  static std::map<std::string_view, const lockstep_port*> ports;
  return ports;
}

}  // namespace

RegisteredPort::RegisteredPort(const lockstep_port& port) {
  Registry().emplace(port.name, &port);
}

std::string FaultOf(const lockstep_port& port) {
  constexpr std::string_view kNameLetters =
      "abcdefghijklmnopqrstuvwxyz0123456789_";
  if (port.version != LOCKSTEP_PORT_VERSION) {
    return "version must be LOCKSTEP_PORT_VERSION";
  }
  if (std::string_view(port.name).find_first_not_of(kNameLetters) !=
      std::string_view::npos) {
    return "name must be of lower case letters, digits and underscores";
  }
  if (port.create == nullptr || port.destroy == nullptr ||
      port.allocate == nullptr || port.deallocate == nullptr) {
    return "create, destroy, allocate and deallocate are required";
  }
  if ((port.init == nullptr) == (port.attach == nullptr) ||
      (port.attach == nullptr) != (port.detach == nullptr)) {
    return "either init is required, or attach and detach";
  }
  return "";
}

std::vector<const lockstep_port*> AllPorts() {
  std::vector<const lockstep_port*> ports;
  for (const auto& [name, port] : Registry()) ports.push_back(port);
  return ports;
}

const lockstep_port* FindPort(std::string_view name) {
  const auto found = Registry().find(name);
  return found == Registry().end() ? nullptr : found->second;
}

}  // namespace lockstep
