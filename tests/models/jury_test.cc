#include "models/judge/jury.h"

#include <string>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "ports/registry.h"
#include "tests/models/puppet.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

// Two blocks in one place, and a wrong offset.
constexpr const char* kHistory =
    "init offset=0 size=4096 -> ok\n"
    "alloc b0 size=8 align=8 -> 0\n"
    "stats\n"
    "alloc b1 size=8 align=8 -> 8\n"
    "alloc b2 size=8 align=8 -> 8\n";

Trace History() { return *Parse(std::string(kHeader) + kHistory); }

TEST(Jury, AsksWhomItIsTold) {
  const lockstep_port& buddy = *FindPort("buddy");
  EXPECT_EQ(RuleOf(Jury(buddy, {}).Try(History())), "recording");
  EXPECT_EQ(RuleOf(Jury(buddy, {.recording = false}).Try(History())), "");
  EXPECT_EQ(RuleOf(Jury(buddy, {}).Try(History().script)), "");
}

TEST(Jury, ForgetsARecordingWithTheNextScript) {
  Jury jury(*FindPort("buddy"), {});
  EXPECT_EQ(RuleOf(jury.Try(History())), "recording");
  EXPECT_EQ(RuleOf(jury.Try(History().script)), "");
}

TEST(Jury, HoldsPlacementAgainstWhoClaimsIt) {
  lockstep_port port = *FindPort("buddy");
  const Script script = Written(
      "init offset=0 size=65536\n"
      "alloc b0 size=100 align=1\n");
  port.placement = "heap";
  EXPECT_EQ(RuleOf(Jury(port, {}).Try(script)), "placement");
  EXPECT_EQ(RuleOf(Jury(port, {.placement = false}).Try(script)), "");
  port.placement = "unheard_of";
  EXPECT_EQ(RuleOf(Jury(port, {}).Try(script)), "");
}

TEST(Jury, ReportsARecordingThatCanBeReplayed) {
  Jury jury(*FindPort("buddy"), {});
  const Verdict verdict = jury.Try(History());
  ASSERT_TRUE(verdict);
  const std::string report = jury.Report(History().script, *verdict);
  const auto read = Parse(report);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->script.ops.size(), 5u);
  EXPECT_EQ(RuleOf(jury.Try(*read)), "recording");
}

TEST(Jury, ReportsInWordsAndAsATrace) {
  Puppet::Only() = Puppet{};
  Puppet::Only().status = LOCKSTEP_NO_MEMORY;
  const lockstep_port port = Puppet::Table(0);
  Jury jury(port, {});
  const Script script = Written("stats\nusable size=1 align=1\n");
  const Verdict verdict = jury.Try(script);
  ASSERT_TRUE(verdict);
  EXPECT_EQ(
      jury.Report(script, *verdict),
      "# violation  status: an operation returns one of the errors that it may "
      "return\n"
      "# step       1 of 1: usable size=0 align=1\n"
      "# expected   ok or invalid_param\n"
      "# came       no_memory\n"
      "# minimised  from 2 steps to 1, in 5 runs\n"
      "# To see it again, save this text and run: lockstep replay FILE\n"
      "lockstep-trace 1\n"
      "component puppet\n"
      "arena size=65536 align=65536\n"
      "usable size=0 align=1\n");
}

TEST(Jury, CountsOperations) {
  Jury jury(*FindPort("buddy"), {});
  EXPECT_FALSE(jury.Try(History().script));
  EXPECT_FALSE(jury.Try(History().script));
  EXPECT_EQ(jury.operations(), 10u);
}

}  // namespace
}  // namespace lockstep::suite
