#ifndef LOCKSTEP_MODELS_THREADS_ORDER_SEARCH_H_
#define LOCKSTEP_MODELS_THREADS_ORDER_SEARCH_H_

// The search through the orders of ops that overlap, from one state.
//   Complexity see linearise.h.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/threads/history.h"
#include "models/threads/spec_state.h"

namespace lockstep::suite {

// Ops that overlap, directly or by others: no order of theirs goes past its ends.
struct Segment {
  std::vector<const Event*> events;  // Rising by `before`.
  std::vector<Step> steps;           // Of each event, in its order.
  bool overlaps() const { return events.size() > 1; }
};

// The most steps, in one order, that each came to what it came to.
struct Deepest {
  std::vector<std::size_t> order;  // Of steps.
  std::size_t stuck = 0;           // The first step that could have come next,
  Outcome expected;                // and what would have come of it.
};

class OrderSearch {
 public:
  // All must outlive it.
  OrderSearch(const Segment& segment, std::uint64_t arena_bytes,
              std::uint64_t most_nodes);

  // Adds the states that whole orders lead to, by their keys. False: that would
  // take more nodes than it may.
  bool Run(const SpecState& from, std::map<std::string, SpecState>& to);

  std::uint64_t nodes() const { return nodes_; }
  const Deepest& deepest() const { return deepest_; }

 private:
  bool Search(std::size_t depth, std::uint64_t done);
  void Stick(std::size_t step, const Outcome& expected);
  const Event& EventOf(const Step& step) const {
    return *segment_.events[step.event];
  }

  const Segment& segment_;
  const std::uint64_t arena_bytes_;
  const std::uint64_t most_nodes_;
  std::vector<std::uint64_t> needed_;  // Steps before each step, as bits.
  std::vector<SpecState> states_;      // After so many steps.
  std::vector<std::size_t> order_;
  std::set<std::pair<std::uint64_t, std::string>> seen_;
  std::map<std::string, SpecState>* to_ = nullptr;
  std::uint64_t nodes_ = 0;
  bool is_stuck_ = false;
  Deepest deepest_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_ORDER_SEARCH_H_
