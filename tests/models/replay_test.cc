// Our allocators do what the crates did: docs/semantics.md.

#include <cstddef>

#include "gtest/gtest.h"
#include "models/judge/jury.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "ports/registry.h"
#include "tests/models/recorded.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

class Replay : public testing::TestWithParam<RecordedFile> {};

TEST_P(Replay, HasNoDivergenceUnderAnyModel) {
  const auto trace = Parse(GetParam().text);
  ASSERT_TRUE(trace);
  if (sizeof(void*) != 8 && trace->component == "buddy") {
    GTEST_SKIP() << "recorded with units of 8 bytes, not " << sizeof(void*);
  }
  const lockstep_port* const port = FindPort(trace->component);
  ASSERT_NE(port, nullptr) << trace->component;
  Jury jury(*port, {});
  const Verdict verdict = jury.Try(*trace);
  EXPECT_FALSE(verdict) << "step " << verdict->step + 1 << ", "
                        << Describe(verdict);
  EXPECT_EQ(jury.operations(), trace->script.ops.size());
}

INSTANTIATE_TEST_SUITE_P(All, Replay, testing::ValuesIn(RecordedFiles()),
                         NameOfTest);

TEST(Recordings, AreAllThere) {
  std::size_t regions = 0;
  std::size_t outcomes = 0;
  for (const RecordedFile& file : RecordedFiles()) {
    const auto trace = Parse(file.text);
    ASSERT_TRUE(trace) << file.name;
    for (std::size_t i = 0; i < trace->script.ops.size(); ++i) {
      EXPECT_TRUE(trace->outcomes[i]) << file.name << " step " << i + 1;
      const Verb verb = trace->script.ops[i].verb;
      ++(verb == Verb::kInit || verb == Verb::kAdd ? regions : outcomes);
    }
  }
  EXPECT_EQ(RecordedFiles().size(), 24u);
  EXPECT_EQ(outcomes, 17204u);
  EXPECT_EQ(regions, 32u);
}

// A model that agrees with everything proves nothing.
TEST_P(Replay, DivergesFromARecordingWithOneOutcomeChanged) {
  const auto trace = Parse(GetParam().text);
  ASSERT_TRUE(trace);
  if (sizeof(void*) != 8 && trace->component == "buddy") {
    GTEST_SKIP() << "recorded with units of 8 bytes, not " << sizeof(void*);
  }
  Trace changed = *trace;
  const auto& ops = changed.script.ops;
  std::size_t step = ops.size() - 1;
  while (ops[step].verb != Verb::kAllocate) --step;
  Outcome& outcome = *changed.outcomes[step];
  outcome.status =
      outcome.status == Status::kOk ? Status::kNoMemory : Status::kInvalidParam;
  const Verdict verdict = Jury(*FindPort(trace->component), {}).Try(changed);
  ASSERT_EQ(RuleOf(verdict), "recording");
  EXPECT_EQ(verdict->step, step);
}

}  // namespace
}  // namespace lockstep::suite
