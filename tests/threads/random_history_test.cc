// Random runs of an honest allocator, one op after the other, told as histories in
// which ops overlap: each begins somewhat earlier than it happened and ends
// somewhat later. These must hold. With one outcome changed they must not.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/spec/buddy_spec.h"
#include "models/system/rules.h"
#include "models/threads/any_order.h"
#include "models/threads/linearise.h"
#include "tests/threads/honest_run.h"
#include "tests/threads/told.h"

namespace lockstep::suite::random_history_test {
namespace {

constexpr std::uint64_t kBytes = HonestRun::kBytes;
constexpr std::uint64_t kSeeds = 200;

lockstep_port Honest() {
  lockstep_port port =
      PortOfRegions(LOCKSTEP_COALESCES | LOCKSTEP_COUNTS_REQUESTED);
  port.unit_bytes = sizeof(void*);
  port.placement = "buddy";
  port.statistics = [](const void*, lockstep_statistics*) {};
  return port;
}

Verdict Judge(const History& history) {
  const lockstep_port port = Honest();
  return JudgeHistory({.port = port, .arena = {kBytes, kBytes}}, history);
}

Linearised Order(const History& history,
                 const std::optional<Statistics>& at_rest = {}) {
  const lockstep_port port = Honest();
  const Scene scene{.port = port, .arena = {kBytes, kBytes}};
  return Linearise(scene, history, at_rest);
}

TEST(RandomHistories, OfAnHonestAllocatorHold) {
  std::size_t overlapping = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const HonestRun run(seed, 400, 50);
    const History history = run.told().history();
    for (std::size_t i = 1; i < history.size(); ++i) {
      if (!IsBefore(history[i - 1], history[i])) ++overlapping;
      if (history[i].outcome.status != Status::kOk) ++refused;
    }
    const Verdict verdict = Judge(history);
    EXPECT_FALSE(verdict) << Describe(verdict);
  }
  EXPECT_GT(overlapping, kSeeds * 100);
  EXPECT_GT(refused, kSeeds * 10);
}

TEST(RandomHistories, OfAnHonestAllocatorHaveAnOrder) {
  std::uint64_t nodes = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    const HonestRun run(seed, 80, 9);
    const Linearised linearised = Order(run.told().history(), run.at_rest());
    EXPECT_EQ(linearised.why_not, "");
    EXPECT_FALSE(linearised.verdict) << Describe(linearised.verdict);
    nodes += linearised.nodes;
  }
  std::cout << nodes << " nodes\n";
}

// What the event received lies elsewhere, and is freed there.
void Move(History& history, Event& event, std::uint64_t offset) {
  const HeldBlock was = event.received.front();
  event.received.front().offset = event.outcome.offset = offset;
  Event* free = nullptr;
  for (Event& later : history) {
    if (later.given_up.empty() || later.before < event.after) continue;
    if (later.op.slot != was.slot) continue;
    if (free == nullptr || later.before < free->before) free = &later;
  }
  if (free != nullptr) free->given_up.front().offset = offset;
}

// Where it lies surely in another's memory.
TEST(RandomHistories, ABlockInAnothersPlaceIsFound) {
  std::size_t changed = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    History history = HonestRun(seed, 60, 20).told().history();
    std::mt19937_64 random(seed);
    std::ranges::shuffle(history, random);
    const auto is_alloc = [](const Event& event) {
      return event.received.size() == 1;
    };
    const auto moved = std::ranges::find_if(history, is_alloc);
    const auto other = std::ranges::find_if(history, [&](const Event& event) {
      if (!is_alloc(event) || event.after >= moved->after ||
          event.op.bytes < moved->op.bytes) {
        return false;
      }
      // Until after that one is there.
      return std::ranges::none_of(history, [&](const Event& free) {
        return !free.given_up.empty() && free.after > event.after &&
               free.given_up.front().slot == event.received.front().slot &&
               free.before < moved->after;
      });
    });
    if (other == history.end()) continue;
    Move(history, *moved, other->received.front().offset);
    std::ranges::sort(history, {}, &Event::before);
    // What it leaves free may make a lie of a refusal that ended before.
    const std::string rule = RuleOf(Judge(history));
    EXPECT_TRUE(rule == "disjoint" || rule == "refusal") << rule;
    if (rule == "disjoint") ++changed;
  }
  EXPECT_GT(changed, kSeeds / 4);
}

// The last op is alone: it was served, and is said to have been refused.
TEST(RandomHistories, ARefusalThatNothingExcusesIsFound) {
  std::size_t changed = 0;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    History history = HonestRun(seed, 40, 10).told().history();
    while (!history.empty() &&
           (history.back().op.thread != 0 || history.back().received.empty())) {
      history.pop_back();
    }
    if (history.empty()) continue;
    history.back().received.clear();
    history.back().outcome = Outcome{};
    history.back().outcome.status = Status::kNoMemory;
    EXPECT_EQ(RuleOf(Judge(history)), "refusal");
    EXPECT_TRUE(Order(history).verdict);
    ++changed;
  }
  EXPECT_GT(changed, kSeeds / 4);
}

// Tries every permutation.
bool HasAnOrder(const History& history) {
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i < history.size(); ++i) order.push_back(i);
  do {
    BuddySpec buddy;
    (void)buddy.Init({0, kBytes});
    bool fits = true;
    for (std::size_t i = 0; fits && i < order.size(); ++i) {
      const Event& event = history[order[i]];
      for (std::size_t j = i + 1; j < order.size(); ++j) {
        fits = fits && !IsBefore(history[order[j]], event);
      }
      if (!fits) break;
      if (event.op.verb == Verb::kFree) {
        const HeldBlock& block = event.given_up.front();
        fits = buddy.Free(block.offset, block.bytes, 1) == Status::kOk;
      } else {
        const Outcome outcome = buddy.Allocate(event.op.bytes, 1);
        fits = outcome.status == event.outcome.status &&
               outcome.offset == event.outcome.offset;
      }
    }
    if (fits) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

TEST(RandomHistories, TheSearchFindsWhatTryingAllFinds) {
  std::array<std::size_t, 2> found{};
  for (std::uint64_t seed = 1; seed <= 10 * kSeeds; ++seed) {
    SCOPED_TRACE(seed);
    History history = HonestRun(seed, 7, 100).told().history();
    std::vector<Event*> served;
    for (Event& event : history) {
      if (!event.received.empty()) served.push_back(&event);
    }
    std::mt19937_64 random(seed);
    std::ranges::shuffle(served, random);
    if (served.size() < 2) continue;
    const std::uint64_t offset = served[0]->outcome.offset;
    Move(history, *served[0], served[1]->outcome.offset);
    Move(history, *served[1], offset);
    const bool has_order = HasAnOrder(history);
    ++found[has_order ? 1 : 0];
    const Linearised linearised = Order(history);
    EXPECT_EQ(linearised.why_not, "");
    EXPECT_EQ(!linearised.verdict, has_order) << Describe(linearised.verdict);
  }
  std::cout << found[1] << " with an order, " << found[0] << " without\n";
  EXPECT_GT(found[0], kSeeds);
  EXPECT_GT(found[1], kSeeds);
}

}  // namespace
}  // namespace lockstep::suite::random_history_test
