#include "models/schedule/depth_first.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

std::size_t CostOf(std::uint8_t from, ThreadSet enabled, std::uint8_t thread) {
  return from != 0 && thread != from && Has(enabled, from) ? 1 : 0;
}

}  // namespace

// What happened before what, by vector clocks, and which accesses to a place came
// last.
class DepthFirst::Clocks {
 public:
  explicit Clocks(std::span<const Node> nodes) : nodes_(nodes) {
    of_nodes_.reserve(nodes.size());
  }

  // Calls race(i, j) if the order of an earlier node i and of the next node, j, can
  // matter and is not settled by what happened in between.
  template <class Race>
  void Add(Race race) {
    const std::size_t index = of_nodes_.size();
    const Node& node = nodes_[index];
    const Clock before = of_threads_[node.thread];
    FindEarlier(node);
    Clock clock = before;
    for (const Earlier& one : earlier_) Join(clock, of_nodes_[one.node]);
    clock[node.thread] = static_cast<std::uint32_t>(index + 1);
    of_threads_[node.thread] = clock;
    of_nodes_.push_back(clock);
    for (const Earlier& one : earlier_) {
      if (IsRace(one, before)) race(one.race_with, index);
    }
    Note(node, static_cast<std::uint32_t>(index + 1));
  }

  // Whether node i happened before node j.
  bool IsBefore(std::size_t i, std::size_t j) const {
    return of_nodes_[j][nodes_[i].thread] >= i + 1;
  }

 private:
  // By thread, the number of a node, from 1; 0: none.
  using Clock = std::array<std::uint32_t, kMostThreads + 1>;
  struct Last {
    std::uint32_t write = 0;
    Clock reads{};  // Since then.
  };
  // Of a lock, by thread: when it took it, and how often it has not given it up.
  struct Taken {
    Clock nodes{};
    Clock depths{};
  };
  // A node that the next one depends on, and the one that could have come after
  // it instead: who waited for a lock could have taken it first, but not while it
  // was held.
  struct Earlier {
    std::size_t node;
    std::size_t race_with;
    bool has_waited;
  };

  static bool Waits(const Access& access) {
    return access.kind == AccessKind::kAcquire ||
           access.kind == AccessKind::kShare;
  }

  static void Join(Clock& clock, const Clock& other) {
    for (std::size_t i = 0; i < clock.size(); ++i) {
      clock[i] = std::max(clock[i], other[i]);
    }
  }

  void FindEarlier(const Node& node) {
    earlier_.clear();
    const Access& access = node.access;
    for (auto place = access.first_place(); place < access.end_place();
         ++place) {
      const Last& last = last_[place];
      Consider(last.write, node);
      if (!access.IsWrite()) continue;
      for (const std::uint32_t read : last.reads) Consider(read, node);
    }
  }

  void Consider(std::uint32_t number, const Node& node) {
    if (number == 0 || nodes_[number - 1].thread == node.thread) return;
    const Node& other = nodes_[number - 1];
    const bool waits = Waits(node.access) &&
                       other.access.kind == AccessKind::kRelease &&
                       other.access.address == node.access.address;
    const std::uint32_t taken =
        waits ? taken_[node.access.address].nodes[other.thread] : 0;
    earlier_.push_back(
        {number - 1, waits && taken != 0 ? taken - 1 : number - 1, waits});
  }

  bool IsRace(const Earlier& one, const Clock& before) const {
    const Node& other = nodes_[one.race_with];
    // A lock of which it is not known who took it.
    if (one.has_waited && one.race_with == one.node) return false;
    if (before[other.thread] >= one.race_with + 1) return false;
    return std::ranges::none_of(earlier_, [&](const Earlier& later) {
      return later.node != one.node && one.node < later.node &&
             IsBefore(one.node, later.node);
    });
  }

  void Note(const Node& node, std::uint32_t number) {
    const Access& access = node.access;
    if (Waits(access) || access.kind == AccessKind::kTry) {
      Taken& taken = taken_[access.address];
      if (taken.depths[node.thread]++ == 0) taken.nodes[node.thread] = number;
    }
    if (access.kind == AccessKind::kRelease) {
      Taken& taken = taken_[access.address];
      if (taken.depths[node.thread] != 0) --taken.depths[node.thread];
    }
    for (auto place = access.first_place(); place < access.end_place();
         ++place) {
      Last& last = last_[place];
      if (access.IsWrite()) {
        last.write = number;
        last.reads = {};
      } else {
        last.reads[node.thread] = number;
      }
    }
  }

  std::span<const Node> nodes_;
  std::array<Clock, kMostThreads + 1> of_threads_{};
  std::vector<Clock> of_nodes_;
  std::vector<Earlier> earlier_;
  std::unordered_map<std::uint64_t, Last> last_;
  std::unordered_map<std::uintptr_t, Taken> taken_;
};

bool DepthFirst::Learn(std::span<const Node> nodes,
                       std::size_t redundant_from) {
  if (nodes.size() < levels_.size()) return false;
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    if (nodes[i].thread != levels_[i].thread ||
        (i + 1 < levels_.size() &&
         (nodes[i].access.address != levels_[i].access.address ||
          nodes[i].access.kind != levels_[i].access.kind))) {
      return false;
    }
  }
  if (!levels_.empty())
    levels_.back().access = nodes[levels_.size() - 1].access;
  const std::size_t end = std::min(nodes.size(), redundant_from);
  while (levels_.size() < end) Enter(nodes[levels_.size()]);
  if (kind_ == Kind::kReduced) FindRaces(nodes.first(levels_.size()));
  return true;
}

void DepthFirst::Enter(const Node& node) {
  Level level{.access = node.access,
              .thread = node.thread,
              .from = node.from,
              .enabled = node.is_forced ? ThreadSet{0} : node.enabled};
  level.todo = kind_ == Kind::kReduced ? Only(node.thread) : level.enabled;
  if (!levels_.empty()) {
    const Level& before = levels_.back();
    level.preemptions =
        before.preemptions + CostOf(before.from, before.enabled, before.thread);
    for (const auto* sleepers : {&before.sleepers, &before.done}) {
      std::ranges::copy_if(*sleepers, std::back_inserter(level.sleepers),
                           [&](const Sleeper& one) {
                             return one.thread != before.thread &&
                                    !AreDependent(one.access, before.access);
                           });
    }
  }
  levels_.push_back(std::move(level));
}

void DepthFirst::FindRaces(std::span<const Node> nodes) {
  Clocks clocks(nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    clocks.Add([&](std::size_t earlier, std::size_t later) {
      Reverse(nodes, clocks, earlier, later);
    });
  }
}

// The other order begins with whatever does not happen after the earlier node and
// has nothing before it. One of the threads that can begin it is enough; if none
// of them can go on there, whoever can may bring it about.
void DepthFirst::Reverse(std::span<const Node> nodes, const Clocks& clocks,
                         std::size_t earlier, std::size_t later) {
  Level& level = levels_[earlier];
  ThreadSet first = 0;
  std::vector<std::size_t> others;  // What the other order begins with.
  for (std::size_t k = earlier + 1; k <= later; ++k) {
    if (k != later && clocks.IsBefore(earlier, k)) continue;
    const bool has_before = std::ranges::any_of(
        others, [&](std::size_t one) { return clocks.IsBefore(one, k); });
    if (!has_before) first |= Only(nodes[k].thread);
    others.push_back(k);
  }
  if ((first & level.todo) != 0) return;
  const ThreadSet can = first & level.enabled;
  level.todo |= can == 0
                    ? level.enabled
                    : Only(static_cast<std::uint8_t>(std::countr_zero(can)));
}

bool DepthFirst::IsWithinBound(const Level& level, std::uint8_t thread) {
  if (kind_ != Kind::kBounded) return true;
  const std::size_t needed =
      level.preemptions + CostOf(level.from, level.enabled, thread);
  if (needed <= most_preemptions_) return true;
  has_met_bound_ = true;
  return false;
}

std::uint8_t DepthFirst::NextAt(const Level& level) {
  ThreadSet left = level.todo & level.enabled;
  for (const auto* sleepers : {&level.sleepers, &level.done}) {
    for (const Sleeper& one : *sleepers) {
      left &= static_cast<ThreadSet>(~Only(one.thread));
    }
  }
  for (; left != 0; left &= static_cast<ThreadSet>(left - 1)) {
    const auto thread = static_cast<std::uint8_t>(std::countr_zero(left));
    if (IsWithinBound(level, thread)) return thread;
  }
  return 0;
}

bool DepthFirst::Next(Plan& plan) {
  plan.kind = Plan::Kind::kPrefix;
  plan.prefix.clear();
  plan.sleepers.clear();
  if (!std::exchange(has_begun_, true)) return true;
  for (; !levels_.empty(); levels_.pop_back()) {
    Level& level = levels_.back();
    level.done.push_back({level.thread, level.access});
    const std::uint8_t thread = NextAt(level);
    if (thread == 0) continue;
    level.thread = thread;
    for (const Level& one : levels_) plan.prefix.push_back(one.thread);
    if (kind_ == Kind::kReduced) {
      plan.sleepers = level.sleepers;
      plan.sleepers.insert(plan.sleepers.end(), level.done.begin(),
                           level.done.end());
    }
    return true;
  }
  return false;
}

}  // namespace lockstep::suite
