#include "models/script/trace.h"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "gtest/gtest.h"
#include "models/script/op.h"
#include "tests/models/recorded.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

class RecordedTrace : public testing::TestWithParam<RecordedFile> {};

TEST_P(RecordedTrace, IsWrittenBackByteForByte) {
  const auto trace = Parse(GetParam().text);
  ASSERT_TRUE(trace) << trace.error().line << ": " << trace.error().message;
  EXPECT_EQ(Format(*trace), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(All, RecordedTrace, testing::ValuesIn(RecordedFiles()),
                         NameOfTest);

Op OpWith(Verb verb, std::uint64_t number, std::uint8_t align_log2,
          std::uint32_t slot) {
  const VerbInfo& info = InfoOf(verb);
  Op op{.verb = verb};
  if (info.has_slot) op.slot = slot;
  if (info.has_offset) op.offset = number;
  if (info.has_size) op.bytes = number;
  if (info.has_align) op.align_log2 = align_log2;
  return op;
}

Outcome OutcomeWith(Status status, std::uint64_t offset) {
  Outcome outcome;
  outcome.status = status;
  outcome.offset = offset;
  return outcome;
}

std::vector<Outcome> OutcomesOf(Verb verb) {
  std::vector<Outcome> outcomes;
  for (std::size_t i = 0; i < kStatuses; ++i) {
    outcomes.push_back(OutcomeWith(static_cast<Status>(i), 0));
  }
  Outcome& ok = outcomes.front();
  switch (InfoOf(verb).form) {
    case Form::kStatus:
      break;
    case Form::kBlock:
      ok.offset = kMost;
      break;
    case Form::kStatistics:
      ok.statistics = {3, 1, 2, {}};
      outcomes.push_back(ok);
      outcomes.back().statistics.requested = 0;
      break;
    case Form::kUsable:
      ok.min_bytes = 1;
      ok.max_bytes = kMost;
      break;
    case Form::kBytes:
    case Form::kCount:
      ok.number = kMost;
      break;
  }
  return outcomes;
}

TEST(Trace, WritesAndReadsBackEveryVerbWithEveryOutcome) {
  Trace trace{"any_1", {{4096, 64}, {}}, {}};
  for (std::size_t i = 0; i < kVerbs; ++i) {
    const auto verb = static_cast<Verb>(i);
    for (const Op& op :
         {OpWith(verb, 0, 0, 0), OpWith(verb, kMost, 63, kSlotLimit - 1)}) {
      trace.script.ops.push_back(op);
      trace.outcomes.emplace_back();
      for (const Outcome& outcome : OutcomesOf(verb)) {
        trace.script.ops.push_back(op);
        trace.outcomes.emplace_back(outcome);
      }
    }
  }
  const std::string text = Format(trace);
  const auto read = Parse(text);
  ASSERT_TRUE(read) << read.error().line << ": " << read.error().message;
  EXPECT_EQ(read->component, trace.component);
  EXPECT_EQ(read->script.arena, trace.script.arena);
  EXPECT_EQ(read->script.ops, trace.script.ops);
  ASSERT_EQ(read->outcomes.size(), trace.outcomes.size());
  for (std::size_t i = 0; i < trace.outcomes.size(); ++i) {
    ASSERT_EQ(read->outcomes[i].has_value(), trace.outcomes[i].has_value());
    if (!trace.outcomes[i]) continue;
    EXPECT_TRUE(SameOutcome(trace.script.ops[i], *read->outcomes[i],
                            *trace.outcomes[i]));
  }
  EXPECT_EQ(Format(*read), text);
}

TEST(Trace, SkipsCommentsBlankLinesAndCarriageReturns) {
  const auto trace = Parse(
      "# first\n\nlockstep-trace 1\r\ncomponent heap # ours\n"
      "  # indented\narena size=64 align=1\n\t\nfree b1 # gone\r\n# last");
  ASSERT_TRUE(trace) << trace.error().line << ": " << trace.error().message;
  EXPECT_EQ(trace->component, "heap");
  EXPECT_EQ(Format(*trace),
            "lockstep-trace 1\ncomponent heap\narena size=64 align=1\n"
            "free b1\n");
}

constexpr std::string_view kSchedule =
    "attach h0 -> ok\n"
    "t1 alloc b0 size=16 align=8 @7=t2 @12=t3 -> 64\n"
    "t2 alloc b1 size=16 align=8 -> no_memory\n"
    "t3 stats @4294967295=t1\n"
    "free b0\n"
    "t8 trim @1=t8\n";

TEST(TraceWithThreads, IsReadAndWrittenBackByteForByte) {
  const std::string text = std::string(kThreadsHeader) + std::string(kSchedule);
  const auto trace = Parse(text);
  ASSERT_TRUE(trace) << trace.error().line << ": " << trace.error().message;
  std::vector<int> threads;
  for (const Op& op : trace->script.ops) threads.push_back(op.thread);
  EXPECT_EQ(threads, (std::vector<int>{0, 1, 2, 3, 0, 8}));
  EXPECT_EQ(trace->script.switches,
            (std::vector<Switch>{
                {1, 7, 2}, {1, 12, 3}, {3, 4294967295, 1}, {5, 1, 8}}));
  ASSERT_TRUE(trace->outcomes[1]);
  EXPECT_EQ(trace->outcomes[1]->offset, 64u);
  EXPECT_EQ(Format(*trace), text);
}

TEST(TraceWithThreads, WritesAndReadsBackEveryVerb) {
  Trace trace{"any_1", {{4096, 64}, {}, {}}, {}};
  for (std::size_t i = 0; i < kVerbs; ++i) {
    Op op = OpWith(static_cast<Verb>(i), kMost, 63, kSlotLimit - 1);
    op.thread = static_cast<std::uint8_t>(1 + i % kMostThreads);
    const auto step = static_cast<std::uint32_t>(i);
    trace.script.ops.push_back(op);
    trace.script.switches.push_back({step, 1, 1});
    trace.script.switches.push_back({step, 2 + step, kMostThreads});
  }
  const auto read = Parse(Format(trace));
  ASSERT_TRUE(read) << read.error().line << ": " << read.error().message;
  EXPECT_EQ(read->script.ops, trace.script.ops);
  EXPECT_EQ(read->script.switches, trace.script.switches);
}

// So that nobody needs a new version for what the old one can say.
TEST(TraceWithThreads, IsWrittenInVersion1WithoutThem) {
  const auto trace = Parse(std::string(kThreadsHeader) + "free b1\n");
  ASSERT_TRUE(trace) << trace.error().line << ": " << trace.error().message;
  EXPECT_EQ(Format(*trace), std::string(kHeader) + "free b1\n");
}

TEST(Trace, SaysTheNewSizeAndThenTheLayoutThatIsClaimed) {
  const Op op{.verb = Verb::kReallocateOtherLayout,
              .align_log2 = 3,
              .slot = 7,
              .bytes = 4097,
              .offset = 64};
  EXPECT_EQ(FormatOp(op), "realloc_other b7 new=64 size=4097 align=8");
}

TEST(TraceWithThreads, SaysAnOpWithItsThreadAndWithoutItsSwitches) {
  const Op op{.verb = Verb::kFree, .thread = 3, .slot = 7};
  EXPECT_EQ(FormatOp(op), "t3 free b7");
  EXPECT_EQ(FormatSwitch({.step = 0, .point = 12, .to = 3}), "@12=t3");
}

TEST(Trace, TellsOutcomesApartByWhatTheVerbAnswers) {
  const Op allocate{.verb = Verb::kAllocate};
  const Op free{.verb = Verb::kFree};
  const Outcome one = OutcomeWith(Status::kOk, 8);
  const Outcome other = OutcomeWith(Status::kOk, 16);
  EXPECT_FALSE(SameOutcome(allocate, one, other));
  EXPECT_TRUE(SameOutcome(free, one, other));
  const Outcome refused = OutcomeWith(Status::kNoMemory, 8);
  EXPECT_FALSE(SameOutcome(free, one, refused));
  EXPECT_TRUE(
      SameOutcome(allocate, refused, OutcomeWith(Status::kNoMemory, 16)));
}

}  // namespace
}  // namespace lockstep::suite
