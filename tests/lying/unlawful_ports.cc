// Puts the ports that break a law into the registry of whatever program this is
// linked into.

#include <vector>

#include "ports/registered_port.h"
#include "tests/lying/law_liar.h"

namespace lockstep::suite {
namespace {

std::vector<RegisteredPort> RegisterAll() {
  std::vector<RegisteredPort> registered;
  for (const LawLiar& liar : LawLiars()) registered.emplace_back(liar.port);
  return registered;
}

const std::vector<RegisteredPort> kRegistered = RegisterAll();

}  // namespace
}  // namespace lockstep::suite
