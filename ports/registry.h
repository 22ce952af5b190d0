#ifndef LOCKSTEP_PORTS_REGISTRY_H_
#define LOCKSTEP_PORTS_REGISTRY_H_

// The ports that are linked into a program, by name.

#include <string>
#include <string_view>
#include <vector>

#include "lockstep/port.h"
#include "ports/registered_port.h"

namespace lockstep::suite {

// What is wrong with the table itself: a field that port.h requires, or a name
// that another registered port has; "" if nothing is.
std::string FaultOf(const lockstep_port& port);

// In the order of their names.
std::vector<const lockstep_port*> AllPorts();

// Null if there is none of that name.
const lockstep_port* FindPort(std::string_view name);

// The table itself, if it has all fields of this version; else a copy with the
// fields that it lacks, which are null and zero. It lives as long as the program.
const lockstep_port* Current(const lockstep_port* port);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_PORTS_REGISTRY_H_
