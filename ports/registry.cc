#include "ports/registry.h"

#include <map>
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
