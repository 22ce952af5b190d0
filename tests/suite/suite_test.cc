// What every port is put through that is linked in: allocator_suite of
// tools/bazel/allocator_suite.bzl.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/judge/jury.h"
#include "models/judge/lockstep.h"
#include "models/judge/caveat.h"
#include "models/script/op.h"
#include "models/script/random_scripts.h"
#include "models/script/trace.h"
#include "models/spec/spec.h"
#include "models/system/model.h"
#include "ports/registry.h"
#include "tests/models/recorded.h"
#include "tests/suite/scripts.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kOpsPerScript = 1000;
constexpr std::uint64_t kScripts = 200;

struct Case {
  const lockstep_port* port;

  friend void PrintTo(const Case& one, std::ostream* out) {
    *out << one.port->name;
  }
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const lockstep_port* port : AllPorts()) cases.push_back({port});
  return cases;
}

class Suite : public testing::TestWithParam<Case> {
 protected:
  static const lockstep_port& Port() { return *GetParam().port; }

  void SetUp() override {
    ASSERT_EQ(FaultOf(Port()), "") << "in the table: see lockstep/port.h";
    ASSERT_EQ(FaultOfPlacement(Port()), "") << "see lockstep/port.h";
  }

  static void Hold(Jury& jury, const Script& script) {
    const Verdict verdict = jury.Try(script);
    ASSERT_FALSE(verdict) << "The script, made short; `lockstep replay` takes "
                             "it:\n"
                          << jury.Report(script, *verdict);
  }

  static void HoldRandom(bool is_swarm) {
    Jury jury(Port(), {.check_every = 8});
    RandomScripts scripts(Port(), kOpsPerScript, is_swarm);
    for (std::uint64_t seed = 1; seed <= kScripts; ++seed) {
      SCOPED_TRACE(testing::Message() << "seed " << seed);
      Hold(jury, scripts.Make(seed));
      if (HasFatalFailure()) return;
    }
    ExpectServed(jury.tried());
  }

  // A port that refuses everything breaks no rule; but that is no allocator.
  // How much it serves, no port promises.
  static void ExpectServed(const Tried& tried) {
    const std::string caveat = CaveatOf(tried);
    EXPECT_GT(tried.served, 0u) << caveat;
    if (!caveat.empty()) std::cout << Port().name << ": " << caveat << '\n';
  }
};

TEST_P(Suite, WrittenScriptsHold) {
  Jury jury(Port(), {.check_every = 32});
  for (const NamedScript& one : ScriptsFor(Port())) {
    SCOPED_TRACE(one.name);
    Hold(jury, one.script);
  }
  ExpectServed(jury.tried());
}

TEST_P(Suite, RandomScriptsHold) { HoldRandom(false); }

TEST_P(Suite, SwarmsHold) { HoldRandom(true); }

TEST_P(Suite, SomeOfWhatIsModestIsServed) {
  const Script script = SmallBlocks(Port(), 64);
  Lockstep lockstep(Port(), {});
  lockstep.Begin(script.arena);
  for (const Op& op : script.ops) ASSERT_FALSE(lockstep.Step(op));
  ExpectServed(lockstep.tried());
}

TEST_P(Suite, RecordingsHoldThatItsPlacementClaims) {
  if (Port().placement == nullptr) GTEST_SKIP() << "it claims no placement";
  const std::string_view placement = Port().placement;
  if (sizeof(void*) != 8 && placement == "buddy") {
    GTEST_SKIP() << "recorded with units of 8 bytes, not " << sizeof(void*);
  }
  const std::size_t there_are = placement == "buddy"  ? 10
                                : placement == "heap" ? 14
                                                      : 0;
  if (there_are == 0) GTEST_SKIP() << "no recording is of " << placement;
  std::size_t replayed = 0;
  for (const RecordedFile& file : RecordedFiles()) {
    const auto trace = Parse(file.text);
    ASSERT_TRUE(trace) << file.name;
    if (trace->component != placement) continue;
    Jury jury(Port(), {});
    const Verdict verdict = jury.Try(*trace);
    EXPECT_FALSE(verdict) << file.name << "\n"
                          << jury.Report(trace->script, *verdict);
    ++replayed;
  }
  EXPECT_EQ(replayed, there_are);
}

INSTANTIATE_TEST_SUITE_P(All, Suite, testing::ValuesIn(Cases()),
                         [](const auto& test) -> std::string {
                           return test.param.port->name;
                         });

TEST(Ports, AreLinkedIn) { EXPECT_FALSE(AllPorts().empty()); }

}  // namespace
}  // namespace lockstep::suite
