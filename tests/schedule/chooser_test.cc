#include "models/schedule/chooser.h"

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gtest/gtest.h"
#include "models/schedule/plan.h"
#include "models/schedule/record.h"
#include "models/schedule/search.h"
#include "models/script/op.h"
#include "tests/schedule/toy.h"

namespace lockstep::suite {
namespace {

std::vector<int> ThreadsOf(const ToyRun& run) {
  std::vector<int> threads;
  for (const Node& node : run.nodes) threads.push_back(node.thread);
  return threads;
}

const Toy& Two() {
  static const Toy kTwo = {{},
                           {Writes(1), Writes(1), Writes(1), Writes(1)},
                           {Writes(1), Writes(1), Writes(1), Writes(1)}};
  return kTwo;
}

TEST(Chooser, GoesOnWithWhoRunsUnlessASwitchSaysOtherwise) {
  EXPECT_EQ(ThreadsOf(RunToy(Two(), {})),
            (std::vector{1, 1, 1, 1, 2, 2, 2, 2}));
  // A toy's step is its thread.
  const std::vector<Switch> switches = {{1, 3, 2}, {2, 2, 1}};
  EXPECT_EQ(ThreadsOf(RunToy(Two(), {}, switches)),
            (std::vector{1, 1, 2, 1, 1, 2, 2, 2}));
}

TEST(Chooser, WhatARunDidCanBeWrittenDownAndRunAgain) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    for (const Plan::Kind kind : {Plan::Kind::kWalk, Plan::Kind::kPct}) {
      Plan plan;
      plan.kind = kind;
      plan.seed = seed;
      plan.depth = 3;
      plan.length = 8;
      const ToyRun run = RunToy(Two(), plan);
      EXPECT_EQ(ThreadsOf(RunToy(Two(), plan)), ThreadsOf(run));
      EXPECT_EQ(ThreadsOf(RunToy(Two(), {}, SwitchesOf(run.nodes))),
                ThreadsOf(run));
    }
  }
}

// Whether t2 begins between t1's second and third access; and whether it is left
// again after its first: of depth 2, and of depth 3.
bool HasDepthTwo(const ToyRun& run) {
  const auto threads = ThreadsOf(run);
  return threads[1] == 1 && threads[2] == 2;
}
bool HasDepthThree(const ToyRun& run) {
  return HasDepthTwo(run) && ThreadsOf(run)[3] == 1;
}

double ShareOf(bool (*is_found)(const ToyRun&), unsigned depth) {
  constexpr std::uint64_t kRuns = 20'000;
  std::uint64_t found = 0;
  for (std::uint64_t seed = 0; seed < kRuns; ++seed) {
    Plan plan;
    plan.kind = Plan::Kind::kPct;
    plan.seed = seed;
    plan.depth = depth;
    plan.length = 8;
    if (is_found(RunToy(Two(), plan))) ++found;
  }
  return static_cast<double>(found) / kRuns;
}

TEST(Chooser, PctFindsBugsAtLeastAsOftenAsItPromises) {
  EXPECT_GE(ShareOf(HasDepthTwo, 2), PctGuarantee(2, 8, 2));
  EXPECT_GE(ShareOf(HasDepthThree, 3), PctGuarantee(2, 8, 3));
  EXPECT_EQ(ShareOf(HasDepthTwo, 1), 0) << "priorities that never change";
}

}  // namespace
}  // namespace lockstep::suite
