#include "lockstep/port.h"
#include "ports/registered_port.h"
#include "tests/explore/hiding_ports.h"

namespace lockstep::suite {
namespace {

const lockstep_port kHidingPort = HidingPort();
const RegisteredPort kHiding(kHidingPort);
const lockstep_port kHangingPort = HangingPort();
const RegisteredPort kHanging(kHangingPort);

}  // namespace
}  // namespace lockstep::suite
