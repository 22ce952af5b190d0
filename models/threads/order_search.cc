#include "models/threads/order_search.h"

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace lockstep::suite {

OrderSearch::OrderSearch(const Segment& segment, std::uint64_t arena_bytes,
                         std::uint64_t most_nodes)
    : segment_(segment), arena_bytes_(arena_bytes), most_nodes_(most_nodes) {
  for (std::size_t i = 0; i < segment.steps.size(); ++i) {
    std::uint64_t needed = 0;
    for (std::size_t j = 0; j < segment.steps.size(); ++j) {
      const Step& before = segment.steps[j];
      const Step& step = segment.steps[i];
      const bool is_same = before.event == step.event;
      if (is_same ? j < i : IsBefore(EventOf(before), EventOf(step))) {
        needed |= std::uint64_t{1} << j;
      }
    }
    needed_.push_back(needed);
  }
}

bool OrderSearch::Run(const SpecState& from,
                      std::map<std::string, SpecState>& to) {
  to_ = &to;
  seen_.clear();
  states_.clear();
  for (std::size_t i = 0; i <= segment_.steps.size(); ++i) {
    states_.push_back(from.Clone());
  }
  return Search(0, 0);
}

bool OrderSearch::Search(std::size_t depth, std::uint64_t done) {
  if (depth == segment_.steps.size()) {
    std::string key = states_[depth].Key();
    if (!to_->contains(key)) {
      to_->emplace(std::move(key), states_[depth].Clone());
    }
    return true;
  }
  for (std::size_t i = 0; i < segment_.steps.size(); ++i) {
    const std::uint64_t bit = std::uint64_t{1} << i;
    if ((done & bit) != 0 || (needed_[i] & ~done) != 0) continue;
    if (++nodes_ > most_nodes_) return false;
    SpecState& state = states_[depth + 1];
    state.Follow(states_[depth]);
    const Step& step = segment_.steps[i];
    Outcome expected;
    if (!state.Perform(step, EventOf(step), arena_bytes_, segment_.overlaps(),
                       expected)) {
      Stick(i, expected);
      continue;
    }
    if (!seen_.emplace(done | bit, state.Key()).second) continue;
    order_.push_back(i);
    const bool has_ended = Search(depth + 1, done | bit);
    order_.pop_back();
    if (!has_ended) return false;
  }
  return true;
}

void OrderSearch::Stick(std::size_t step, const Outcome& expected) {
  if (is_stuck_ && order_.size() <= deepest_.order.size()) return;
  is_stuck_ = true;
  deepest_ = {order_, step, expected};
}

}  // namespace lockstep::suite
