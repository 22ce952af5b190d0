#ifndef LOCKSTEP_MODELS_THREADS_ORDER_SEARCH_H_
#define LOCKSTEP_MODELS_THREADS_ORDER_SEARCH_H_

// The search through all orders of overlapping ops, from one state.
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

// Ops that overlap directly or through others. All ops outside the segment come
// before or after all of these.
struct Segment {
  std::vector<const Event*> events;  // In ascending order of `before`.
  std::vector<Step> steps;           // Those of each event are in order.
  bool overlaps() const { return events.size() > 1; }
};

// The longest order of steps in which each had its recorded outcome.
struct Deepest {
  std::vector<std::size_t> order;  // Of steps.
  std::size_t stuck = 0;           // A step that could have come next,
  Outcome expected;                // and the outcome it should have had.
};

class OrderSearch {
 public:
  // All must outlive it.
  OrderSearch(const Segment& segment, std::uint64_t arena_bytes,
              std::uint64_t most_nodes);

  // Adds the states that complete orders lead to, by their keys. False: that
  // would take more than most_nodes.
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
  std::vector<std::uint64_t> needed_;  // By step: those before it, as bits.
  std::vector<SpecState> states_;      // By the number of steps so far.
  std::vector<std::size_t> order_;
  std::set<std::pair<std::uint64_t, std::string>> seen_;
  std::map<std::string, SpecState>* to_ = nullptr;
  std::uint64_t nodes_ = 0;
  bool is_stuck_ = false;
  Deepest deepest_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_ORDER_SEARCH_H_
