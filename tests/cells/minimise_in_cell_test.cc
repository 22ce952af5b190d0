// Scripts that crash, or have no end, are made short like all others.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "models/cell/board.h"
#include "models/cell/cell.h"
#include "models/judge/minimise.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/witness.h"
#include "tests/cells/spin.h"

namespace lockstep::suite {
namespace {

[[noreturn]] void DieAt(const char* place) {
  std::fprintf(stderr, "%s: it failed\n", place);
  std::abort();
}

Script LongScript() {
  Script script{{65536, 65536}, {}};
  for (std::uint32_t i = 0; i < 200; ++i) {
    script.ops.push_back({.verb = i % 3 == 0 ? Verb::kFree : Verb::kAllocate,
                          .slot = i % 7,
                          .bytes = i});
  }
  return script;
}

// Does its deed at each free behind a request of 100 bytes or more.
class MinimiseInCellTest : public testing::Test {
 protected:
  using Deed = std::function<void(const Script&)>;

  Minimised Cut(const Deed& deed, MinimiseLimits limits = {}) {
    Cell cell(board_, [&](const Script& script) {
      bool was_large = false;
      for (std::size_t i = 0; i < script.ops.size(); ++i) {
        board_.witness().step.store(i);
        const Witness::Call calling(board_.witness(), Function::kDeallocate);
        const Op& op = script.ops[i];
        was_large |= op.verb == Verb::kAllocate && op.bytes >= 100;
        if (was_large && op.verb == Verb::kFree) deed(script);
      }
      return Verdict();
    });
    cell.SetPatience({.processor_seconds = 0.1, .waiting_seconds = 0.2});
    const Verdict verdict = cell.Try(LongScript());
    EXPECT_TRUE(verdict);
    if (!verdict) return {};
    return MinimiseInCell(LongScript(), *verdict, cell, std::move(limits));
  }

  Board board_;
};

TEST_F(MinimiseInCellTest, FindsTheShortestThatCrashes) {
  const Minimised cut = Cut([](const Script&) { DieAt("heap.c:12"); });
  EXPECT_EQ(cut.violation.rule, "crash");
  EXPECT_EQ(cut.violation.place, "heap.c:12");
  EXPECT_EQ(cut.script.ops.size(), 2u);
  EXPECT_EQ(cut.script.ops[0].bytes, 100u);
  EXPECT_TRUE(cut.is_complete);
}

TEST_F(MinimiseInCellTest, FindsTheShortestThatHasNoEnd) {
  const Minimised cut = Cut([](const Script&) { Spin(); }, {.seconds = 60});
  EXPECT_EQ(cut.violation.rule, "hang");
  EXPECT_EQ(cut.script.ops.size(), 2u);
}

TEST_F(MinimiseInCellTest, DoesNotTradeAPlaceForAnother) {
  const Minimised cut = Cut([](const Script& script) {
    DieAt(script.ops.size() < 10 ? "heap.c:7" : "heap.c:12");
  });
  EXPECT_EQ(cut.violation.place, "heap.c:12");
  EXPECT_EQ(cut.script.ops.size(), 10u);
}

TEST_F(MinimiseInCellTest, LosesNothingWhenALimitEndsIt) {
  const auto deed = [](const Script&) { DieAt("heap.c:12"); };
  for (const std::size_t runs : {1u, 3u, 10u}) {
    const Minimised cut = Cut(deed, {.runs = runs});
    EXPECT_FALSE(cut.is_complete);
    EXPECT_LE(cut.runs, runs);
    EXPECT_EQ(cut.violation.rule, "crash");
    EXPECT_FALSE(cut.script.ops.empty());
  }
  const Minimised cut =
      Cut(deed, {.go_on = [](const Minimised& best) { return best.runs < 5; }});
  EXPECT_FALSE(cut.is_complete);
  EXPECT_EQ(cut.runs, 5u);
}

// After three scripts a process crashes, whatever it is given.
TEST_F(MinimiseInCellTest, DoesNotBlameAScriptForTheOnesBefore) {
  int scripts = 0;
  Cell cell(board_, [&](const Script& script) {
    const Witness::Call calling(board_.witness(), Function::kDeallocate);
    if (++scripts > 3 || script.ops.size() >= 5) DieAt("heap.c:12");
    return Verdict();
  });
  const Verdict verdict = cell.Try(LongScript());
  ASSERT_TRUE(verdict);
  const Minimised cut = MinimiseInCell(LongScript(), *verdict, cell);
  EXPECT_EQ(cut.script.ops.size(), 5u);
  EXPECT_TRUE(cut.is_complete);
}

TEST_F(MinimiseInCellTest, LeavesWhatIsNotSeenAgainAsItCame) {
  Cell cell(board_, [](const Script&) { return Verdict(); });
  const Violation violation{
      .rule = "crash", .step = 3, .expected = "", .came = ""};
  const Minimised cut = MinimiseInCell(LongScript(), violation, cell);
  EXPECT_EQ(cut.runs, 1u);
  EXPECT_EQ(cut.violation.rule, "crash");
  EXPECT_EQ(cut.script.ops, LongScript().ops);
}

}  // namespace
}  // namespace lockstep::suite
