// What every port is put through that is linked in: allocator_suite of
// tools/bazel/allocator_suite.bzl.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/judge/caveat.h"
#include "models/judge/jury.h"
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

  // Those with the numbers from `first` up to `last`, in a child process.
  static void Hold(Jury& jury, std::uint64_t first, std::uint64_t last,
                   const std::function<const Script&(std::uint64_t)>& script) {
    std::atomic<std::uint64_t>& number = jury.board().mark();
    const auto work = [&]() -> Verdict {
      for (number = first; number <= last; ++number) {
        if (Verdict verdict = jury.Try(script(number))) return verdict;
      }
      return std::nullopt;
    };
    const Verdict verdict = jury.RunInCell(work, [] { return true; });
    ASSERT_FALSE(verdict) << "Script " << number
                          << ", made short; `lockstep replay` takes it:\n"
                          << jury.Report(script(number), *verdict);
    ExpectServed(jury.tried());
  }

  static void HoldRandom(bool is_swarm) {
    Jury jury(Port(), {.check_every = 8});
    RandomScripts scripts(Port(), kOpsPerScript, is_swarm);
    Hold(jury, 1, kScripts, [&](std::uint64_t seed) -> const Script& {
      return scripts.Make(seed);
    });
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
  const auto scripts = ScriptsFor(Port());
  Hold(jury, 0, scripts.size() - 1, [&](std::uint64_t number) -> const Script& {
    return scripts[static_cast<std::size_t>(number)].script;
  });
}

TEST_P(Suite, RandomScriptsHold) { HoldRandom(false); }

TEST_P(Suite, SwarmsHold) { HoldRandom(true); }

TEST_P(Suite, SomeOfWhatIsModestIsServed) {
  const Script script = SmallBlocks(Port(), 64);
  Jury jury(Port(), {.shadow = false, .placement = false});
  Hold(jury, 0, 0, [&](std::uint64_t) -> const Script& { return script; });
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
    const Verdict verdict = jury.TryInCell(*trace);
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
