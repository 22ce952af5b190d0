// Scripts on the threads of the system: what is recorded, and what is found. How
// much is tried is a number of scripts, and never a time.

#include "models/threads/real_run.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/witness.h"
#include "models/threads/again.h"
#include "models/threads/overlap.h"
#include "models/threads/pauses.h"
#include "models/threads/phases.h"
#include "models/threads/stage.h"
#include "models/threads/thread_scripts.h"
#include "models/threads/thread_trial.h"
#include "tests/threads/list.h"

namespace lockstep::suite {
namespace {

constexpr std::uint8_t kThreads = 3;
constexpr std::size_t kOps = 200;

bool Always() { return true; }

struct Runner {
  std::array<Witness, kThreads + 1> all{};
  std::array<Witness*, kThreads + 1> witnesses{&all[0], &all[1], &all[2],
                                               &all[3]};
  Witness witness{};
  Stage stage{list_honest, witness};

  History Run(const Script& script, std::uint64_t seed) {
    Pauses pauses(seed);
    RealHistory came = RunOnThreads(stage, script, {pauses, 0, witnesses});
    stage.End();
    return came.history;
  }
};

TEST(RealRunTest, EachOpIsAnEventAndEachThreadKeepsItsOrder) {
  Runner runner;
  const ThreadScripts scripts(list_honest);
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    const Script script = scripts.Make(seed, kThreads, kOps);
    const History history = runner.Run(script, seed);
    ASSERT_EQ(history.size(), script.ops.size());
    EXPECT_TRUE(std::ranges::is_sorted(history, {}, &Event::before));
    std::set<std::size_t> steps;
    std::array<std::size_t, kThreads + 1> last{};
    for (const Event& event : history) {
      EXPECT_EQ(event.op, script.ops[event.step]);
      EXPECT_TRUE(steps.insert(event.step).second);
      EXPECT_GE(event.step, last[event.op.thread]);
      last[event.op.thread] = event.step;
    }
  }
}

TEST(RealRunTest, WhatIsAloneOverlapsNothing) {
  Runner runner;
  const ThreadScripts scripts(list_honest);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const History history =
        runner.Run(scripts.Make(seed, kThreads, kOps), seed);
    for (const Event& event : history) {
      if (event.op.thread != 0) continue;
      for (const Event& other : history) {
        if (other.step == event.step) continue;
        EXPECT_EQ(other.step < event.step, IsBefore(other, event));
        EXPECT_EQ(other.step > event.step, IsBefore(event, other));
      }
    }
  }
}

Event By(std::uint8_t thread, std::uint64_t before, std::uint64_t after,
         Status status = Status::kOk) {
  Event event;
  event.op.thread = thread;
  event.before = before;
  event.after = after;
  event.outcome.status = status;
  return event;
}

TEST(OverlapTest, CountsOpsDuringWhichAnotherThreadsOpRan) {
  // The first lasts as long as all of the second thread's.
  EXPECT_EQ(OverlapIn({By(1, 1, 9), By(2, 2, 3), By(2, 4, 5)}).overlapping, 3u);
  EXPECT_EQ(OverlapIn({By(1, 1, 2), By(2, 3, 4), By(1, 5, 6)}).overlapping, 0u);
  EXPECT_EQ(OverlapIn({By(1, 1, 3), By(2, 2, 4), By(1, 5, 6)}).overlapping, 2u);
  EXPECT_EQ(OverlapIn({By(0, 1, 3), By(2, 2, 4)}).overlapping, 0u);
  EXPECT_EQ(OverlapIn({By(1, 1, 3, Status::kSkipped), By(2, 2, 4)}).overlapping,
            0u);
  EXPECT_EQ(OverlapIn({By(1, 1, 3, Status::kSkipped), By(2, 2, 4)}).ops, 1u);
}

TEST(OverlapTest, CountsBlocksThatAnotherThreadFrees) {
  const HeldBlock block{.slot = 4, .offset = 64, .bytes = 16};
  Event had = By(1, 1, 2);
  had.received = {block};
  Event freed = By(1, 3, 4);
  freed.given_up = {block};
  EXPECT_EQ(OverlapIn({had, freed}).hand_overs, 0u);
  freed.op.thread = 2;
  EXPECT_EQ(OverlapIn({had, freed}).hand_overs, 1u);
  freed.op.verb = Verb::kUsableOf;
  EXPECT_EQ(OverlapIn({had, freed}).hand_overs, 0u);
}

// The violation of the first of so many scripts that has one, and its seed.
struct Found {
  Verdict verdict;
  std::uint64_t seed = 0;
};

Found Find(ThreadTrial& trial, const lockstep_port& port,
           std::uint64_t scripts) {
  const ThreadScripts made(port);
  trial.mark() = 1;
  Verdict verdict = trial.RunInCell(
      [&]() -> Verdict {
        for (; trial.mark() <= scripts; ++trial.mark()) {
          Verdict one =
              trial.Try(made.Make(trial.mark(), kThreads, kOps), trial.mark());
          if (one) return one;
        }
        return std::nullopt;
      },
      Always);
  return {std::move(verdict), trial.mark()};
}

TEST(ThreadTrialTest, WhoTakesALockHolds) {
  ThreadTrial trial(list_honest, kThreads);
  EXPECT_FALSE(Find(trial, list_honest, 200).verdict);
  const ThreadTrial::Counts& counts = trial.counts();
  EXPECT_EQ(counts.scripts, 200u);
  EXPECT_GT(counts.overlap.ops, 10'000u);
  EXPECT_GT(counts.overlap.overlapping, 0u);
  EXPECT_GT(counts.overlap.hand_overs, 1000u);
  EXPECT_GT(counts.forks, 10u);
  EXPECT_GT(counts.tried.served, 1000u);
}

TEST(ThreadTrialTest, WhoTakesNoneIsFoundAndFoundAgain) {
  for (const lockstep_port* port : {&list_unlocked, &list_lets_go}) {
    SCOPED_TRACE(port->name);
    ThreadTrial trial(*port, kThreads);
    const Found found = Find(trial, *port, 400);
    ASSERT_TRUE(found.verdict);
    EXPECT_FALSE(
        trial.Events(ThreadScripts(*port).Make(found.seed, kThreads, kOps))
            .empty());
    const Again again =
        RunAgain(trial, ThreadScripts(*port).Make(found.seed, kThreads, kOps),
                 found.seed, *found.verdict, 50, Always);
    EXPECT_EQ(again.runs, 50u);
    EXPECT_LE(again.came, again.runs);
  }
}

TEST(ThreadTrialTest, LocksInTwoOrdersAreADeadlock) {
  ThreadTrial trial(list_lock_order, kThreads);
  const Found found = Find(trial, list_lock_order, 400);
  ASSERT_TRUE(found.verdict);
  EXPECT_EQ(found.verdict->rule, "deadlock");
  EXPECT_GE(
      trial
          .Events(
              ThreadScripts(list_lock_order).Make(found.seed, kThreads, kOps))
          .size(),
      2u);
}

TEST(ThreadTrialTest, AForkThatLeavesALockTakenIsFound) {
  ThreadTrial trial(list_forgets_fork, kThreads);
  const Found found = Find(trial, list_forgets_fork, 400);
  ASSERT_TRUE(found.verdict);
  EXPECT_EQ(found.verdict->rule, "hang");
  EXPECT_NE(found.verdict->expected.find(
                "in a child that was forked while threads were in calls"),
            std::string::npos);
}

}  // namespace
}  // namespace lockstep::suite
