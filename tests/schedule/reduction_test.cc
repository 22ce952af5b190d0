// Whether what a search leaves out comes to the same as what it runs: on small
// scripts every schedule is run, with every access as a point or those alone that
// threads share, and the outcomes are compared with those of the reduction.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/cell/board.h"
#include "models/schedule/depth_first.h"
#include "models/schedule/schedule_trial.h"
#include "models/schedule/search.h"
#include "models/script/op.h"
#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/model.h"
#include "models/system/rules.h"
#include "models/threads/thread_scripts.h"
#include "ports/library/library.h"

namespace lockstep::suite {
namespace {

std::vector<std::string> Libraries() {
  std::istringstream words(std::getenv("ANIMALS"));
  return {std::istream_iterator<std::string>(words), {}};
}

using Outcome = std::string;

// What a client can tell of a run: each outcome, and what was broken.
Outcome OutcomeOf(const ScheduleTrial& trial, const Script& script,
                  const ScheduleTrial::Came& came) {
  const Outcomes outcomes = trial.ReadOutcomes(script.ops.size());
  std::string text;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    text += outcomes[i] ? FormatOutcome(script.ops[i], *outcomes[i]) : "?";
    text += ' ';
  }
  return came.verdict ? Text(text, "broken: ", came.verdict->rule) : text;
}

struct Counts {
  std::uint64_t schedules = 0;
  std::uint64_t redundant = 0;
  std::uint64_t outcomes = 0;
  bool is_complete = false;
};

// In memory that the child shares.
struct Compared {
  Counts all;
  Counts reduced;
  Counts bounded;
};

std::set<Outcome> OutcomesOf(ScheduleTrial& trial, const Script& script,
                             WholeSearch how, Counts& counts) {
  std::set<Outcome> outcomes;
  how.on_run = [&](const ScheduleTrial::Came& came) {
    outcomes.insert(OutcomeOf(trial, script, came));
  };
  how.most_schedules = 10'000;
  const Searched searched = SearchAll(trial, script, how);
  counts = {searched.schedules, searched.redundant, outcomes.size(),
            searched.is_complete};
  return outcomes;
}

std::string Missing(const std::set<Outcome>& all,
                    const std::set<Outcome>& some) {
  for (const Outcome& one : all) {
    if (!some.contains(one)) return one;
  }
  return "";
}

// A child compares; a verdict is a difference.
Verdict Compare(ScheduleTrial& trial, const Script& script, bool is_all_shared,
                Compared& into) {
  const auto all = OutcomesOf(
      trial, script,
      {.kind = DepthFirst::Kind::kAll, .is_all_shared = is_all_shared},
      into.all);
  if (!into.all.is_complete) return std::nullopt;
  const auto reduced = OutcomesOf(
      trial, script, {.kind = DepthFirst::Kind::kReduced}, into.reduced);
  const auto bounded =
      OutcomesOf(trial, script,
                 {.kind = DepthFirst::Kind::kBounded, .most_preemptions = 64},
                 into.bounded);
  for (const auto& [name, some] :
       {std::pair("reduced", &reduced), std::pair("bounded", &bounded)}) {
    if (*some == all) continue;
    const std::string missing = Missing(all, *some);
    return Violation{.rule = kOrderRule.name,
                     .expected = missing.empty() ? "no outcome more" : missing,
                     .came = Text(name, " has ",
                                  missing.empty() ? Missing(*some, all)
                                                  : "no such outcome")};
  }
  return std::nullopt;
}

void ExpectTheSame(std::uint8_t threads, std::size_t ops, std::uint64_t seeds,
                   bool is_all_shared) {
  const SharedMemory memory(sizeof(Compared));
  auto& compared = *new (memory.data()) Compared();
  Compared sums;
  std::uint64_t complete = 0;
  const std::vector<std::string> libraries = Libraries();
  for (const std::string& library : libraries) {
    const auto port = FindSystem(library);
    ASSERT_TRUE(port) << port.error();
    const ThreadScripts scripts(**port);
    ScheduleTrial trial(**port, false);
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      const Script script = scripts.MakeSmall(seed, threads, ops);
      compared = {};
      const Verdict verdict = trial.RunInCell(
          [&] { return Compare(trial, script, is_all_shared, compared); },
          [] { return true; });
      // It ended the child, and so the comparison.
      if (verdict && verdict->rule == kCrashRule.name) continue;
      ASSERT_FALSE(verdict)
          << library << ", seed " << seed << ": expected " << verdict->expected
          << ", " << verdict->came << '\n'
          << Format({(*port)->name, script, {}});
      if (!compared.all.is_complete) continue;
      ++complete;
      sums.all.schedules += compared.all.schedules;
      sums.all.outcomes += compared.all.outcomes;
      sums.reduced.schedules += compared.reduced.schedules;
      sums.reduced.redundant += compared.reduced.redundant;
    }
  }
  std::cout << complete << " scripts: " << sums.all.schedules
            << " schedules, reduced " << sums.reduced.schedules << " and "
            << sums.reduced.redundant << " begun, " << sums.all.outcomes
            << " different outcomes\n";
  EXPECT_GE(complete, libraries.size()) << "nothing was small enough";
  if (ops > 1) {
    EXPECT_GT(sums.all.outcomes, complete) << "no order made a difference";
  }
  EXPECT_LT(sums.reduced.schedules, sums.all.schedules);
}

TEST(Reduction, ComesToTheSameAsAllSchedulesOfTwoThreadsOneOpEach) {
  ExpectTheSame(2, 1, 4, false);
}

TEST(Reduction, ComesToTheSameAsAllSchedulesOfTwoThreadsTwoOpsEach) {
  ExpectTheSame(2, 2, 2, false);
}

TEST(Reduction, ComesToTheSameWhereEveryAccessIsAPoint) {
  ExpectTheSame(2, 1, 4, true);
}

}  // namespace
}  // namespace lockstep::suite
