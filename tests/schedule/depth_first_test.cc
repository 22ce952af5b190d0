// Random programs of a few accesses: what the reduction runs is every order that
// can matter, each once.

#include "models/schedule/depth_first.h"

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "models/schedule/access.h"
#include "models/schedule/plan.h"
#include "models/script/text.h"
#include "tests/schedule/toy.h"

namespace lockstep::suite {
namespace {

// Two runs come to the same if they have this in common: of any two accesses that
// depend on each other, which came first.
std::string OrderOf(const std::vector<Node>& nodes) {
  std::set<std::string> pairs;
  std::vector<std::size_t> numbers;
  std::map<std::uint8_t, std::size_t> counts;
  for (const Node& node : nodes) numbers.push_back(counts[node.thread]++);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    for (std::size_t j = i + 1; j < nodes.size(); ++j) {
      if (nodes[i].thread == nodes[j].thread ||
          !AreDependent(nodes[i].access, nodes[j].access)) {
        continue;
      }
      pairs.insert(Text(int{nodes[i].thread}, '.', numbers[i], '<',
                        int{nodes[j].thread}, '.', numbers[j]));
    }
  }
  std::string text;
  for (const std::string& pair : pairs) text += pair + ' ';
  return text;
}

struct Explored {
  std::multiset<std::string> orders;  // Of runs that are not redundant.
  std::size_t redundant = 0;
};

Explored Explore(const Toy& toy, DepthFirst all) {
  Explored explored;
  Plan plan;
  while (all.Next(plan)) {
    const ToyRun run = RunToy(toy, plan);
    if (run.redundant_from == SIZE_MAX) {
      explored.orders.insert(OrderOf(run.nodes));
    } else {
      ++explored.redundant;
    }
    EXPECT_TRUE(all.Learn(run.nodes, run.redundant_from));
  }
  return explored;
}

// The first thread begins with an access of its own: who is first is decided
// behind that.
Toy MakeToy(std::uint32_t seed, std::size_t threads, std::size_t accesses,
            bool has_locks) {
  std::minstd_rand random(seed * 7919 + 1);
  random.discard(3);
  Toy toy(threads + 1);
  toy[1].push_back(Writes(100));
  for (std::size_t thread = 1; thread <= threads; ++thread) {
    const bool locks = has_locks && random() % 2 == 0;
    if (locks) toy[thread].push_back(Locks(50));
    for (std::size_t i = 0; i < accesses; ++i) {
      const std::uintptr_t place = random() % 2 + 1;
      toy[thread].push_back(random() % 2 == 0 ? Reads(place) : Writes(place));
    }
    if (locks) toy[thread].push_back(Unlocks(50));
  }
  return toy;
}

std::set<std::string> Different(const Explored& explored) {
  return {explored.orders.begin(), explored.orders.end()};
}

void ExpectSound(std::size_t threads, std::size_t accesses, bool has_locks) {
  std::size_t all_runs = 0;
  std::size_t reduced_runs = 0;
  std::size_t redundant = 0;
  for (std::uint32_t seed = 1; seed <= 200; ++seed) {
    const Toy toy = MakeToy(seed, threads, accesses, has_locks);
    const Explored all = Explore(toy, DepthFirst(DepthFirst::Kind::kAll));
    const Explored reduced =
        Explore(toy, DepthFirst(DepthFirst::Kind::kReduced));
    ASSERT_EQ(Different(all), Different(reduced)) << "seed " << seed;
    EXPECT_EQ(reduced.orders.size(), Different(reduced).size())
        << "an order was run twice, seed " << seed;
    all_runs += all.orders.size();
    reduced_runs += reduced.orders.size();
    redundant += reduced.redundant;
  }
  std::cout << all_runs << " schedules, " << reduced_runs << " and "
            << redundant << " redundant ones with the reduction\n";
  EXPECT_LT(reduced_runs + redundant, all_runs);
}

TEST(DepthFirst, RunsEveryOrderOfTwoThreadsOnce) { ExpectSound(2, 4, false); }

TEST(DepthFirst, RunsEveryOrderOfThreeThreadsOnce) { ExpectSound(3, 2, false); }

TEST(DepthFirst, RunsEveryOrderOfThreadsThatLockOnce) {
  ExpectSound(2, 3, true);
  ExpectSound(3, 1, true);
}

TEST(DepthFirst, RunsOneScheduleOfThreadsThatShareNothing) {
  const Toy toy = {{}, {Writes(1), Writes(1)}, {Writes(2), Reads(3)}};
  const Explored reduced = Explore(toy, DepthFirst(DepthFirst::Kind::kReduced));
  EXPECT_EQ(reduced.orders.size(), 1u);
  EXPECT_EQ(reduced.redundant, 0u);
}

TEST(DepthFirst, CountsPreemptions) {
  const Toy toy = {{}, {Writes(1), Writes(1)}, {Writes(1), Writes(1)}};
  // The first access is t1's. Without a preemption t2 comes last; with one, after
  // the first or, if t2 is left as well, in two more ways.
  for (const auto& [bound, runs] :
       std::map<unsigned, std::size_t>{{0, 1}, {1, 2}, {2, 3}, {9, 3}}) {
    const Explored some =
        Explore(toy, DepthFirst(DepthFirst::Kind::kBounded, bound));
    EXPECT_EQ(some.orders.size(), runs) << bound;
  }
}

TEST(DepthFirst, FindsADeadlock) {
  const Toy toy = {{},
                   {Locks(1), Locks(2), Unlocks(2), Unlocks(1)},
                   {Locks(2), Locks(1), Unlocks(1), Unlocks(2)}};
  DepthFirst all(DepthFirst::Kind::kReduced);
  Plan plan;
  bool is_found = false;
  while (!is_found && all.Next(plan)) {
    const ToyRun run = RunToy(toy, plan);
    is_found = run.is_stuck;
    EXPECT_TRUE(all.Learn(run.nodes, run.redundant_from));
  }
  EXPECT_TRUE(is_found);
}

// Who only tries a lock can come while it is held.
TEST(DepthFirst, RunsATryWhileALockIsHeld) {
  const Toy toy = {{}, {Writes(9), Locks(5), Unlocks(5)}, {Writes(5)}};
  const Explored all = Explore(toy, DepthFirst(DepthFirst::Kind::kAll));
  const Explored reduced = Explore(toy, DepthFirst(DepthFirst::Kind::kReduced));
  EXPECT_EQ(Different(all).size(), 3u);
  EXPECT_EQ(Different(reduced), Different(all));
}

TEST(DepthFirst, RunsALockBeforeATryThatCameFirst) {
  for (const Toy& toy :
       {Toy{{}, {Writes(9), Tries(5), Unlocks(5)}, {Locks(5), Unlocks(5)}},
        Toy{{},
            {Writes(9), Tries(5), Writes(1), Unlocks(5)},
            {Locks(5), Writes(1), Unlocks(5)},
            {Tries(5), Unlocks(5)}}}) {
    const Explored all = Explore(toy, DepthFirst(DepthFirst::Kind::kAll));
    const Explored reduced =
        Explore(toy, DepthFirst(DepthFirst::Kind::kReduced));
    EXPECT_EQ(Different(reduced), Different(all));
    EXPECT_GT(Different(all).size(), 1u);
  }
}

TEST(DepthFirst, NoticesARunThatDoesNotFollowItsPlan) {
  const Toy toy = {{}, {Writes(1), Writes(1)}, {Writes(1)}};
  DepthFirst all(DepthFirst::Kind::kAll);
  Plan plan;
  ASSERT_TRUE(all.Next(plan));
  const ToyRun first = RunToy(toy, plan);
  ASSERT_TRUE(all.Learn(first.nodes, first.redundant_from));
  ASSERT_TRUE(all.Next(plan));
  const ToyRun second = RunToy({{}, {Reads(9), Writes(1)}, {Writes(1)}}, plan);
  EXPECT_FALSE(all.Learn(second.nodes, second.redundant_from));
}

}  // namespace
}  // namespace lockstep::suite
