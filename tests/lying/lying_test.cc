// Every liar breaks its rule, no other before it, and is convicted by a small
// trace that an honest port survives.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "models/judge/jury.h"
#include "models/judge/lockstep.h"
#include "models/script/op.h"
#include "models/script/random_scripts.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/system/rules.h"
#include "tests/lying/liar.h"

namespace lockstep::suite {
namespace {

constexpr std::size_t kOpsPerScript = 400;
constexpr std::uint64_t kSeeds = 48;

// Whole ones and swarms.
Script ScriptFor(const lockstep_port& port, std::uint64_t seed) {
  return RandomScripts(port, kOpsPerScript, seed % 2 == 0).Make(seed);
}

Trace Record(const lockstep_port& port, const Script& script) {
  Trace trace{port.name, script, {}};
  Lockstep lockstep(port, {});
  lockstep.Begin(script.arena);
  for (const Op& op : script.ops) {
    EXPECT_FALSE(lockstep.Step(op));
    trace.outcomes.emplace_back(lockstep.outcome());
  }
  return trace;
}

// For all but who only contradicts recordings, there is none.
Trace TraceFor(const Liar& liar, std::uint64_t seed) {
  const Script script = ScriptFor(liar.port, seed);
  if (liar.rule == kRecordingRule.name) return Record(liar.honest, script);
  return {liar.port.name, script, {}};
}

// Only who contradicts a twin is given one.
Jury::Options OptionsFor(const Liar& liar) {
  return {.twin = liar.rule == kTwinRule.name ? &liar.honest : nullptr};
}

std::string Describe(const Verdict& verdict) {
  if (!verdict) return "holds";
  return std::string(verdict->rule) + ": expected " + verdict->expected +
         ", came " + verdict->came;
}

class LyingPort : public testing::TestWithParam<Liar> {};

TEST_P(LyingPort, BreaksItsRuleAndNoOtherFirst) {
  const Liar& liar = GetParam();
  Jury jury(liar.port, OptionsFor(liar));
  std::size_t times_caught = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const Verdict verdict = jury.Try(TraceFor(liar, seed));
    if (!verdict) continue;
    EXPECT_EQ(verdict->rule, liar.rule) << Describe(verdict);
    ++times_caught;
  }
  EXPECT_GT(times_caught, 0u);
}

TEST_P(LyingPort, IsConvictedByASmallTrace) {
  const Liar& liar = GetParam();
  Jury jury(liar.port, OptionsFor(liar));
  std::uint64_t seed = 1;
  Trace trace = TraceFor(liar, seed);
  Verdict verdict = jury.Try(trace);
  while (!verdict && ++seed <= kSeeds) {
    trace = TraceFor(liar, seed);
    verdict = jury.Try(trace);
  }
  ASSERT_TRUE(verdict);
  const std::string report = jury.Report(trace.script, *verdict);
  SCOPED_TRACE(report);

  const auto read = Parse(report);
  ASSERT_TRUE(read) << read.error().line << ": " << read.error().message;
  std::cout << "seed " << seed << ": " << liar.rule << ", "
            << read->script.ops.size() << " ops\n";
  EXPECT_EQ(read->component, liar.port.name);
  EXPECT_LE(read->script.ops.size(), liar.most_ops);
  const Verdict again = jury.Try(*read);
  EXPECT_TRUE(again && again->rule == liar.rule) << Describe(again);
  const Verdict honest = Jury(liar.honest, {}).Try(*read);
  EXPECT_FALSE(honest) << Describe(honest);
}

TEST_P(LyingPort, HasAnHonestTwin) {
  Jury jury(GetParam().honest, {});
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Verdict verdict = jury.Try(ScriptFor(GetParam().honest, seed));
    EXPECT_FALSE(verdict) << "seed " << seed << " " << Describe(verdict);
  }
  EXPECT_GT(jury.operations(), kSeeds * kOpsPerScript / 4);
}

INSTANTIATE_TEST_SUITE_P(All, LyingPort, testing::ValuesIn(Liars()),
                         [](const auto& test) -> std::string {
                           return test.param.port.name;
                         });

TEST(LyingPorts, LeaveNoRuleUntried) {
  for (const Rule& rule : kRules) {
    // Only an exploration can break it: see tests/explore.
    if (rule.name == kSnapshotsRule.name) continue;
    // Whoever breaks these ends this process: see tests/cells.
    if (rule.name == kCrashRule.name || rule.name == kHangRule.name) continue;
    // Only several threads can break these: see tests/threads.
    if (rule.name == kOrderRule.name || rule.name == kDeadlockRule.name ||
        rule.name == kLivelockRule.name || rule.name == kRaceRule.name) {
      continue;
    }
    EXPECT_NE(std::ranges::count(Liars(), rule.name, &Liar::rule), 0)
        << rule.name;
  }
}

TEST(Shadow, DoesNotMindWhereBlocksArePlaced) {
  for (const Liar& liar : Liars()) {
    if (liar.rule != kPlacementRule.name) continue;
    Jury jury(liar.port, {.placement = false});
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
      const Verdict verdict = jury.Try(ScriptFor(liar.port, seed));
      EXPECT_FALSE(verdict)
          << liar.port.name << " seed " << seed << " " << Describe(verdict);
    }
  }
}

}  // namespace
}  // namespace lockstep::suite
