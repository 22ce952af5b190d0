#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "ports/registry.h"

namespace lockstep::suite {
namespace {

// In a program of its own: what is registered stays so.
TEST(RegisteredTwice, IsAFaultOfBoth) {
  const lockstep_port& port = *FindPort("buddy");
  static const lockstep_port other = port;
  EXPECT_EQ(FaultOf(port), "");
  EXPECT_EQ(FaultOf(other), "") << "nobody registered it yet";
  static const RegisteredPort registered(other);
  for (const lockstep_port* one : {&port, &other}) {
    EXPECT_NE(FaultOf(*one).find("its name is that of another"),
              std::string::npos);
  }
}

}  // namespace
}  // namespace lockstep::suite
