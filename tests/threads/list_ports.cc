// Puts the lists into the registry.

#include "ports/registered_port.h"
#include "tests/threads/list.h"

namespace lockstep::suite {
namespace {

const RegisteredPort kHonest(list_honest);
const RegisteredPort kUnlocked(list_unlocked);
const RegisteredPort kLetsGo(list_lets_go);
const RegisteredPort kLockOrder(list_lock_order);
const RegisteredPort kForgetsFork(list_forgets_fork);
const RegisteredPort kPromisesNothing(list_promises_nothing);
const RegisteredPort kMisplaces(list_misplaces);

}  // namespace
}  // namespace lockstep::suite
