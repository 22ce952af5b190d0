#include "models/schedule/depth_first.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace lockstep::suite {
namespace {

std::size_t CostOf(std::uint8_t from, ThreadSet enabled, std::uint8_t thread) {
  return from != 0 && thread != from && Has(enabled, from) ? 1 : 0;
}

}  // namespace

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
  HappensBefore order(nodes);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    order.Add([&](std::size_t earlier, std::size_t later) {
      Reverse(nodes, order, earlier, later);
    });
  }
}

// The other order begins with whatever does not happen after the earlier node and
// has nothing before it. One of the threads that can begin it is enough; if none
// of them can go on there, whoever can may bring it about.
void DepthFirst::Reverse(std::span<const Node> nodes,
                         const HappensBefore& order, std::size_t earlier,
                         std::size_t later) {
  Level& level = levels_[earlier];
  ThreadSet first = 0;
  std::vector<std::size_t> others;  // What the other order begins with.
  for (std::size_t k = earlier + 1; k <= later; ++k) {
    if (k != later && order.IsBefore(earlier, k)) continue;
    const bool has_before = std::ranges::any_of(
        others, [&](std::size_t one) { return order.IsBefore(one, k); });
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
