#include "models/judge/minimise.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "models/judge/variants.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "tests/models/written.h"

namespace lockstep::suite {
namespace {

Verdict Broken(const char* rule, std::size_t step) {
  return Violation{rule, step, "", ""};
}

// Breaks when a block of at least 100 bytes was allocated into a slot, and
// another slot was freed after that.
Verdict LargeThenFree(const Script& script) {
  for (std::size_t i = 0; i < script.ops.size(); ++i) {
    const Op& first = script.ops[i];
    if (first.verb != Verb::kAllocate || first.bytes < 100) continue;
    for (std::size_t j = i + 1; j < script.ops.size(); ++j) {
      const Op& second = script.ops[j];
      if (second.verb == Verb::kFree && second.slot != first.slot) {
        return Broken("contents", j);
      }
    }
  }
  return std::nullopt;
}

Script LongScript() {
  Script script{{65536, 65536}, {}};
  for (std::uint32_t i = 0; i < 500; ++i) {
    script.ops.push_back(
        {.verb = static_cast<Verb>((i * i * i + i / 7) % kVerbs),
         .align_log2 = static_cast<std::uint8_t>(i % 7),
         .slot = 40 + i * 7 % 9,
         .bytes = i * 31 % 977,
         .offset = i});
  }
  return script;
}

Minimised Cut(const Script& script, const Trial& trial,
              std::size_t max_runs = 100'000) {
  return Minimise(script, *trial(script), trial, {.runs = max_runs});
}

TEST(Minimise, FindsTheKnownMinimum) {
  const Minimised cut = Cut(LongScript(), LargeThenFree);
  ASSERT_EQ(cut.script.ops.size(), 2u);
  EXPECT_EQ(cut.script.ops[0],
            (Op{.verb = Verb::kAllocate, .slot = 0, .bytes = 100}));
  EXPECT_EQ(cut.script.ops[1], (Op{.verb = Verb::kFree, .slot = 1}));
  EXPECT_EQ(cut.violation.rule, "contents");
  EXPECT_EQ(cut.violation.step, 1u);
}

TEST(Minimise, DoesNotTradeTheRuleForAnother) {
  const auto trial = [](const Script& script) {
    if (script.ops.size() < 5) return Broken("aligned", 0);
    return Broken("disjoint", 4);
  };
  const Minimised cut = Cut(LongScript(), trial);
  EXPECT_EQ(cut.violation.rule, "disjoint");
  EXPECT_EQ(cut.script.ops.size(), 5u);
}

TEST(Minimise, GivesUpAfterSoManyRuns) {
  for (const std::size_t most : {1u, 2u, 10u, 100u}) {
    std::size_t runs = 0;
    const auto trial = [&](const Script& script) {
      ++runs;
      return LargeThenFree(script);
    };
    const Minimised cut = Cut(LongScript(), trial, most);
    EXPECT_LE(runs, most);
    EXPECT_EQ(cut.runs, runs);
    EXPECT_EQ(RuleOf(LargeThenFree(cut.script)), "contents");
  }
}

TEST(Minimise, LeavesNothingOfAScriptThatFailsWithoutOps) {
  const auto trial = [](const Script& /*script*/) {
    return Broken("audit", 0);
  };
  EXPECT_TRUE(Cut(LongScript(), trial).script.ops.empty());
}

TEST(Minimise, LeavesWhatIsNotSeenAgainAsItCame) {
  const auto trial = [](const Script& /*script*/) { return Verdict(); };
  const Violation violation = *LargeThenFree(LongScript());
  const Minimised cut = Minimise(LongScript(), violation, trial);
  EXPECT_EQ(cut.violation.rule, violation.rule);
  EXPECT_EQ(cut.script.ops, LongScript().ops);
}

// As the laws do, which ask for something where the script ends.
TEST(Minimise, KeepsWhatCountsBehindTheStep) {
  const auto trial = [](const Script& script) -> Verdict {
    const bool is_broken =
        !script.ops.empty() && script.ops.back().verb == Verb::kTrim;
    return is_broken ? Broken("audit", 0) : std::nullopt;
  };
  Script script = LongScript();
  script.ops.push_back({.verb = Verb::kTrim});
  const Minimised cut = Cut(script, trial);
  ASSERT_EQ(cut.script.ops.size(), 1u);
  EXPECT_EQ(cut.script.ops[0].verb, Verb::kTrim);
}

Op Request(std::uint32_t slot, std::uint64_t bytes) {
  return {.verb = Verb::kAllocate, .slot = slot, .bytes = bytes};
}

// Breaks when the requests fill the region to the last byte: neither an op nor a
// number can change alone.
TEST(Minimise, FindsAShortScriptWhereNoChangeHelpsAlone) {
  const auto trial = [](const Script& script) -> Verdict {
    std::uint64_t region_bytes = 0;
    std::uint64_t used_bytes = 0;
    for (const Op& op : script.ops) {
      if (op.verb == Verb::kInit) region_bytes = op.bytes;
      if (op.verb == Verb::kAllocate) used_bytes += op.bytes;
    }
    if (used_bytes == 0 || used_bytes != region_bytes) return std::nullopt;
    return Broken("refusal", script.ops.size() - 1);
  };
  Script script{{4096, 4096}, {{.verb = Verb::kInit, .bytes = 1024}}};
  for (std::uint32_t i = 0; i < 16; ++i) script.ops.push_back(Request(i, 64));
  EXPECT_EQ(Cut(script, trial).script.ops.size(), 2u);
}

// Breaks when a block of all of the first region, which has a header of 32 bytes,
// was there before the region behind it came.
TEST(Minimise, ShrinksRegionsAndOpsTogether) {
  const auto trial = [](const Script& script) -> Verdict {
    std::uint64_t end = 0;
    std::uint64_t used_bytes = 0;
    for (std::size_t i = 0; i < script.ops.size(); ++i) {
      const Op& op = script.ops[i];
      if (op.verb == Verb::kInit) end = op.offset + op.bytes;
      if (op.verb == Verb::kAllocate) used_bytes += op.bytes + 32;
      if (op.verb == Verb::kAdd && op.offset == end && used_bytes == end) {
        return Broken("restored", i);
      }
    }
    return std::nullopt;
  };
  Script script{{65536, 65536}, {{.verb = Verb::kInit, .bytes = 2048}}};
  for (std::uint32_t i = 0; i < 16; ++i) script.ops.push_back(Request(i, 96));
  script.ops.push_back({.verb = Verb::kAdd, .bytes = 16, .offset = 2048});
  EXPECT_EQ(Cut(script, trial).script.ops.size(), 3u);
}

// Breaks with one trim more than there are questions, around a free.
TEST(Minimise, DeletesPairsThatOnlyGoTogether) {
  const auto trial = [](const Script& script) -> Verdict {
    const auto count = [&](Verb verb) {
      return std::ranges::count(script.ops, verb, &Op::verb);
    };
    if (count(Verb::kTrim) != count(Verb::kStatistics) + 1 ||
        count(Verb::kFree) == 0) {
      return std::nullopt;
    }
    return Broken("audit", script.ops.size() - 1);
  };
  Script script{{4096, 4096}, {}};
  for (const Verb verb : {Verb::kTrim, Verb::kTrim, Verb::kTrim, Verb::kFree,
                          Verb::kStatistics, Verb::kStatistics}) {
    script.ops.push_back({.verb = verb});
  }
  EXPECT_EQ(Cut(script, trial).script.ops.size(), 2u);
}

TEST(Minimise, KeepsTheArena) {
  EXPECT_EQ(Cut(LongScript(), LargeThenFree).script.arena,
            (ArenaSpec{65536, 65536}));
}

TEST(Minimise, NeedsFewRuns) {
  EXPECT_LT(Cut(LongScript(), LargeThenFree).runs, 200u);
}

TEST(Minimise, TriesNoScriptThatHeldTwice) {
  std::vector<Script> held;
  const auto trial = [&](const Script& script) {
    Verdict verdict = LargeThenFree(script);
    EXPECT_EQ(std::ranges::count(held, script.ops, &Script::ops), 0);
    if (!verdict) held.push_back(script);
    return verdict;
  };
  EXPECT_TRUE(Cut(LongScript(), trial).is_complete);
  EXPECT_GT(held.size(), 10u);
}

// The script with slots of its own is tried early and taken back, because it gets
// no shorter; at the end it must be tried again.
TEST(Minimise, EndsWithSlotsOfItsOwn) {
  const auto trial = [](const Script& script) -> Verdict {
    if (script.ops.size() < 6) return std::nullopt;
    return Broken("contents", script.ops.size() - 1);
  };
  const Minimised cut = Cut(LongScript(), trial);
  EXPECT_EQ(cut.script.ops, WithOwnSlots(cut.script.ops));
}

// Plain requests are tried early and taken back, too.
TEST(Minimise, EndsWithPlainRequests) {
  const Script script{{65536, 65536},
                      {{.verb = Verb::kAllocate, .align_log2 = 3, .bytes = 64},
                       {.verb = Verb::kFree}}};
  const auto trial = [](const Script& tried) -> Verdict {
    if (tried.ops.size() < 2) return std::nullopt;
    return Broken("contents", 1);
  };
  const Minimised cut = Cut(script, trial);
  ASSERT_EQ(cut.script.ops.size(), 2u);
  EXPECT_EQ(cut.script.ops[0], (Op{.verb = Verb::kAllocate}));
}

TEST(Minimise, MakesNumbersSimple) {
  const auto trial = [](const Script& script) -> Verdict {
    if (script.ops.empty() || script.ops[0].offset % 1000 < 10) {
      return std::nullopt;
    }
    return Broken("inside", 0);
  };
  const Script script{{4096, 4096},
                      {{.verb = Verb::kAdd, .bytes = 777, .offset = 123'456}}};
  const Minimised cut = Cut(script, trial);
  ASSERT_EQ(cut.script.ops.size(), 1u);
  EXPECT_EQ(cut.script.ops[0].bytes, 0u);
  EXPECT_LE(cut.script.ops[0].offset, 65'536u);
}

TEST(Minimise, IsTheSameEachTime) {
  EXPECT_EQ(Cut(LongScript(), LargeThenFree).script.ops,
            Cut(LongScript(), LargeThenFree).script.ops);
}

}  // namespace
}  // namespace lockstep::suite
