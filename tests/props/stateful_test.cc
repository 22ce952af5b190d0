// Every system keeps in step with all models, whatever RapidCheck makes up;
// what does not is shrunk to what a person would write.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "gtest/gtest.h"
#include "models/judge/jury.h"
#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "ports/registry.h"
#include "props/property.h"
#include "props/search.h"
#include "tests/lying/liar.h"

namespace lockstep::suite {
namespace {

class System : public testing::TestWithParam<const lockstep_port*> {};

TEST_P(System, KeepsInStepWithAllModels) {
  const auto properties = PropertiesOf(*GetParam());
  Property& lockstep = *properties.front();
  ASSERT_EQ(lockstep.name(), "lockstep");
  const auto found = Search(
      *GetParam(), [&](const Script& script) { return lockstep.Try(script); },
      {.seed = 1, .size = 200});
  EXPECT_FALSE(found) << lockstep.Report(found->script, found->violation);
  EXPECT_GT(lockstep.operations(), 1000u);
}

INSTANTIATE_TEST_SUITE_P(All, System, testing::ValuesIn(AllPorts()),
                         [](const auto& test) -> std::string {
                           return test.param->name;
                         });

const Liar& LiarOf(std::string_view name) {
  for (const Liar& liar : Liars()) {
    if (liar.port.name == name) return liar;
  }
  throw std::out_of_range(std::string(name));
}

Found Refute(const lockstep_port& port, Jury& jury) {
  const auto found =
      Search(port, [&](const Script& script) { return jury.Try(script); },
             {.seed = 1});
  if (!found) throw std::logic_error("it was not found out");
  return *found;
}

TEST(Search, ShrinksToAScriptThatBreaksTheSameRule) {
  const Liar& liar = LiarOf("lying_shares_zero_bytes");
  Jury jury(liar.port, {});
  const Found found = Refute(liar.port, jury);
  EXPECT_EQ(found.violation.rule, liar.rule);
  EXPECT_LE(found.script.ops.size(), 3u);
  EXPECT_LT(found.script.ops.size(), found.first.ops.size());
  const Verdict again = jury.Try(found.script);
  EXPECT_TRUE(again && again->rule == liar.rule);
}

// RapidCheck alone took 72,527 runs for this one, and stopped at 20 steps.
TEST(Search, EndsInAMinimalTraceAfterFewRuns) {
  const Liar& liar = LiarOf("lying_loses_half");
  const auto properties = PropertiesOf(liar.port);
  Property& lockstep = *properties.front();
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE(seed);
    std::size_t runs = 0;
    const auto trial = [&](const Script& script) {
      ++runs;
      return lockstep.Try(script);
    };
    const auto found =
        Search(liar.port, trial, {.seed = seed, .cases = 50, .size = 400});
    ASSERT_TRUE(found);
    const Minimised cut = Minimise(found->script, found->violation, trial);
    EXPECT_EQ(cut.violation.rule, liar.rule);
    EXPECT_LE(cut.script.ops.size(), 4u);
    EXPECT_LE(runs, 2000u);
  }
}

TEST(Search, EndsAfterSoManyRuns) {
  const Liar& liar = LiarOf("lying_loses_half");
  Jury jury(liar.port, {});
  EXPECT_LE(Refute(liar.port, jury).runs, 200u);
}

TEST(Search, FindsTheSameWithTheSameSeed) {
  const Liar& liar = LiarOf("lying_frees_inside");
  Jury jury(liar.port, {});
  const Found one = Refute(liar.port, jury);
  const Found other = Refute(liar.port, jury);
  EXPECT_EQ(one.first.ops, other.first.ops);
  EXPECT_EQ(one.script.ops, other.script.ops);
  EXPECT_EQ(one.runs, other.runs);
}

TEST(Search, TriesAsManyCasesAsItIsToldAndNoLongerOnes) {
  const lockstep_port& port = *AllPorts().front();
  std::size_t cases = 0;
  std::size_t longest = 0;
  const auto found = Search(port,
                            [&](const Script& script) -> Verdict {
                              ++cases;
                              longest = std::max(longest, script.ops.size());
                              return std::nullopt;
                            },
                            {.seed = 1, .cases = 70, .size = 20});
  EXPECT_FALSE(found);
  EXPECT_EQ(cases, 70u);
  EXPECT_GE(longest, 19u);
  EXPECT_LE(longest, 20u + 3u);  // With the opening.
}

}  // namespace
}  // namespace lockstep::suite
