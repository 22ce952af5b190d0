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
  explicit Clocks(std::size_t nodes) { of_nodes_.reserve(nodes); }

  // Calls race(i) for each earlier node whose order with this one, the next, can
  // matter and was not settled by others.
  template <class Race>
  void Add(const Node& node, std::span<const Node> nodes, Race race) {
    const std::size_t index = of_nodes_.size();
    Clock clock = of_threads_[node.thread];
    for (auto place = node.access.first_place();
         place < node.access.end_place(); ++place) {
      Last& last = last_[place];
      Meet(last.write, node, nodes, clock, race);
      if (!node.access.IsWrite()) continue;
      for (const std::uint32_t read : last.reads) {
        Meet(read, node, nodes, clock, race);
      }
    }
    clock[node.thread] = static_cast<std::uint32_t>(index + 1);
    of_threads_[node.thread] = clock;
    of_nodes_.push_back(clock);
    if (node.access.kind == AccessKind::kStart) return;
    for (auto place = node.access.first_place();
         place < node.access.end_place(); ++place) {
      Last& last = last_[place];
      if (node.access.IsWrite()) {
        last = {static_cast<std::uint32_t>(index + 1), {}};
      } else {
        last.reads[node.thread] = static_cast<std::uint32_t>(index + 1);
      }
    }
  }

 private:
  // By thread, the number of a node; 0: none.
  using Clock = std::array<std::uint32_t, kMostThreads + 1>;
  struct Last {
    std::uint32_t write = 0;
    Clock reads{};
  };

  // A lock that is given up cannot be taken before that.
  template <class Race>
  void Meet(std::uint32_t number, const Node& node, std::span<const Node> nodes,
            Clock& clock, Race race) {
    if (number == 0) return;
    const std::size_t i = number - 1;
    const Node& other = nodes[i];
    if (other.thread == node.thread) return;
    const bool is_settled = of_threads_[node.thread][other.thread] >= number;
    if (!is_settled && other.access.kind != AccessKind::kRelease) race(i);
    for (std::size_t thread = 0; thread < clock.size(); ++thread) {
      clock[thread] = std::max(clock[thread], of_nodes_[i][thread]);
    }
  }

  std::array<Clock, kMostThreads + 1> of_threads_{};
  std::vector<Clock> of_nodes_;
  std::unordered_map<std::uint64_t, Last> last_;
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
  Clocks clocks(nodes.size());
  for (const Node& node : nodes) {
    clocks.Add(node, nodes,
               [&](std::size_t level) { Try(level, node.thread); });
  }
}

// If it cannot go on there, whoever can may bring it about.
void DepthFirst::Try(std::size_t level, std::uint8_t thread) {
  Level& one = levels_[level];
  one.todo |= Has(one.enabled, thread) ? Only(thread) : one.enabled;
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
