// Scripts with threads: what they are made of, and how they fall into phases.

#include "models/threads/thread_scripts.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/threads/phases.h"

namespace lockstep::suite {
namespace {

constexpr std::uint8_t kThreads = 4;
constexpr std::size_t kOps = 200;
constexpr std::uint64_t kScripts = 200;

// Of ports that are never called.
lockstep_port WithRegions() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "with_regions";
  port.capabilities = LOCKSTEP_THREAD_SAFE;
  port.init = [](void*, void*, std::size_t) { return lockstep_status{}; };
  port.add = port.init;
  return port;
}

lockstep_port WithProvider() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "with_provider";
  port.capabilities = LOCKSTEP_THREAD_SAFE;
  port.handle_count = 4;
  port.attach = [](void*, std::uint32_t, const lockstep_provider*) {
    return lockstep_status{};
  };
  port.detach = [](void*, std::uint32_t) { return lockstep_status{}; };
  port.trim = [](void*) { return lockstep_status{}; };
  port.statistics = [](const void*, lockstep_statistics*) {};
  return port;
}

lockstep_port Whole() {
  lockstep_port port = WithRegions();
  port.name = "whole";
  port.reallocate = [](void*, void*, std::size_t, std::size_t, std::size_t,
                       std::size_t, void**) { return lockstep_status{}; };
  port.reallocate_zeroed = port.reallocate;
  port.resize = [](void*, void*, std::size_t, std::size_t, std::size_t) {
    return lockstep_status{};
  };
  port.allocate_zeroed = [](void*, std::size_t, std::size_t, std::size_t,
                            void**) { return lockstep_status{}; };
  port.usable_of = [](const void*, const void*, std::size_t, std::size_t,
                      std::size_t*) { return lockstep_status{}; };
  port.footprint = [](const void*, std::size_t*) {};
  port.statistics = [](const void*, lockstep_statistics*) {};
  port.allocate_many = [](void*, std::size_t, std::size_t, std::size_t, void**,
                          std::size_t*) { return lockstep_status{}; };
  port.deallocate_many = [](void*, void* const*, std::size_t, std::size_t,
                            std::size_t) { return lockstep_status{}; };
  return port;
}

std::vector<Script> Some(const lockstep_port& port) {
  const ThreadScripts scripts(port);
  std::vector<Script> some;
  for (std::uint64_t seed = 0; seed < kScripts; ++seed) {
    some.push_back(scripts.Make(seed, kThreads, kOps));
  }
  return some;
}

std::set<Verb> VerbsOf(const std::vector<Script>& scripts, bool by_threads) {
  std::set<Verb> verbs;
  for (const Script& script : scripts) {
    for (const Op& op : script.ops) {
      if ((op.thread != 0) == by_threads) verbs.insert(op.verb);
    }
  }
  return verbs;
}

TEST(ThreadScriptsTest, TheSameSeedGivesTheSameScript) {
  const lockstep_port port = Whole();
  const ThreadScripts scripts(port);
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(scripts.Make(seed, 3, 50).ops, scripts.Make(seed, 3, 50).ops);
    EXPECT_EQ(scripts.MakeSmall(seed, 2, 3).ops,
              scripts.MakeSmall(seed, 2, 3).ops);
    EXPECT_NE(scripts.Make(seed, 3, 50).ops, scripts.Make(seed + 1, 3, 50).ops);
  }
}

TEST(ThreadScriptsTest, NothingIsMisuseAndNoNumberIsTooLarge) {
  for (const lockstep_port& port : {WithRegions(), WithProvider(), Whole()}) {
    for (const Script& script : Some(port)) {
      for (const Op& op : script.ops) {
        EXPECT_FALSE(InfoOf(op.verb).is_misuse);
        EXPECT_LE(op.thread, kThreads);
        const std::uint64_t count = IsBatch(op.verb) ? op.offset : 1;
        if (!NamesBlock(op.verb)) continue;
        EXPECT_LE(op.slot + count, ThreadScripts::kMostSlots);
      }
    }
  }
}

TEST(ThreadScriptsTest, ThreadsDoAllThatThePortOffers) {
  EXPECT_EQ(VerbsOf(Some(Whole()), true),
            (std::set{Verb::kAllocate, Verb::kFree, Verb::kStatistics,
                      Verb::kReallocate, Verb::kReallocateZeroed, Verb::kResize,
                      Verb::kAllocateZeroed, Verb::kUsableOf, Verb::kFootprint,
                      Verb::kAllocateMany, Verb::kFreeMany}));
  EXPECT_EQ(
      VerbsOf(Some(WithProvider()), true),
      (std::set{Verb::kAllocate, Verb::kFree, Verb::kStatistics, Verb::kAttach,
                Verb::kDetach, Verb::kTrim, Verb::kRefuse}));
  EXPECT_TRUE(VerbsOf(Some(WithRegions()), false).contains(Verb::kAdd));
  EXPECT_TRUE(VerbsOf(Some(WithProvider()), false).contains(Verb::kKeep));
  EXPECT_TRUE(VerbsOf(Some(WithProvider()), false).contains(Verb::kMisalign));
}

TEST(ThreadScriptsTest, ThereAreBlocksOfSeveralThreadsAndOpsAloneBetween) {
  std::set<std::size_t> blocks;
  for (const Script& script : Some(WithRegions())) {
    const std::vector<Phase> phases = PhasesOf(script);
    blocks.insert(static_cast<std::size_t>(
        std::ranges::count_if(phases, &Phase::is_parallel)));
    for (const Phase phase : phases) {
      if (!phase.is_parallel) continue;
      EXPECT_GE(StepsOfThreads(script, phase).size(), 2u);
    }
  }
  EXPECT_EQ(blocks, (std::set<std::size_t>{1, 2, 3, 4, 5, 6}));
}

// In the order in which they are written.
TEST(ThreadScriptsTest, BlocksAreFreedByOtherThreadsThanHaveAllocatedThem) {
  int by_other = 0;
  int by_same = 0;
  for (const Script& script : Some(WithRegions())) {
    std::map<std::uint32_t, std::uint8_t> had_by;
    for (const Op& op : script.ops) {
      if (op.verb == Verb::kAllocate) had_by.emplace(op.slot, op.thread);
      if (op.verb != Verb::kFree || !had_by.contains(op.slot)) continue;
      ++(had_by[op.slot] == op.thread ? by_same : by_other);
      had_by.erase(op.slot);
    }
  }
  EXPECT_GT(by_other, by_same);
  EXPECT_GT(by_same, 1000);
}

TEST(ThreadScriptsTest, WhereFreesStayAtHomeEachThreadHasItsOwnSlots) {
  lockstep_port port = Whole();
  port.capabilities = LOCKSTEP_THREADS_APART;
  for (const Script& script : Some(port)) {
    std::map<std::uint32_t, std::uint8_t> user;
    for (const Op& op : script.ops) {
      if (op.thread == 0 || !NamesBlock(op.verb)) continue;
      EXPECT_EQ(user.emplace(op.slot, op.thread).first->second, op.thread);
    }
  }
  port.capabilities |= LOCKSTEP_FREES_ELSEWHERE;
  EXPECT_GT(ThreadScripts(port).Make(1, kThreads, kOps).ops.size(), kOps);
}

TEST(ThreadScriptsTest, SmallOnesHaveAsManyOpsAsAskedForAndManyOpenings) {
  for (const lockstep_port& port : {WithRegions(), WithProvider(), Whole()}) {
    const ThreadScripts scripts(port);
    std::set<std::vector<Verb>> openings;
    for (std::uint64_t seed = 0; seed < kScripts; ++seed) {
      const Script script = scripts.MakeSmall(seed, 3, 2);
      const std::vector<Phase> phases = PhasesOf(script);
      ASSERT_EQ(phases.size(), 2u);
      for (const auto& steps : StepsOfThreads(script, phases.back())) {
        EXPECT_EQ(steps.size(), 2u);
      }
      std::vector<Verb> opening;
      for (std::size_t i = 0; i < phases.front().end; ++i) {
        opening.push_back(script.ops[i].verb);
      }
      openings.insert(opening);
    }
    EXPECT_GE(openings.size(), 8u) << port.name;
  }
}

TEST(PhasesTest, RunsOfOpsWithThreadsAreBlocks) {
  Script script;
  EXPECT_TRUE(PhasesOf(script).empty());
  for (const int thread : {0, 0, 2, 1, 2, 0, 3}) {
    script.ops.push_back({.thread = static_cast<std::uint8_t>(thread)});
  }
  EXPECT_EQ(PhasesOf(script),
            (std::vector<Phase>{
                {false, 0, 2}, {true, 2, 5}, {false, 5, 6}, {true, 6, 7}}));
  EXPECT_EQ(StepsOfThreads(script, {true, 2, 5}),
            (std::vector<std::vector<std::size_t>>{{3}, {2, 4}}));
  EXPECT_EQ(StepsOfThreads(script, {true, 6, 7}),
            (std::vector<std::vector<std::size_t>>{{}, {}, {6}}));
  EXPECT_EQ(ThreadsOf(script), 3);
  EXPECT_EQ(ThreadsOf({}), 0);
}

}  // namespace
}  // namespace lockstep::suite
