#ifndef LOCKSTEP_PORTS_REGISTERED_PORT_H_
#define LOCKSTEP_PORTS_REGISTERED_PORT_H_

// Puts a port into the registry (registry.h) of what it is linked into.

#include "lockstep/port.h"

namespace lockstep::suite {

// `static const RegisteredPort kRegistered(port);` in a library with
// alwayslink. Requires a port that lives as long, and whose name no other has.
class RegisteredPort {
 public:
  explicit RegisteredPort(const lockstep_port& port);
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_REGISTERED_PORT_H_
