#ifndef LOCKSTEP_TESTS_EXPLORE_BUDDY_COUNTS_H_
#define LOCKSTEP_TESTS_EXPLORE_BUDDY_COUNTS_H_

// What can be counted of a buddy of 2^order units without running one: a state
// is one live block, or two states of its halves.

#include <cstdint>

namespace lockstep::suite {

constexpr std::uint64_t StatesOfABuddy(unsigned order) {
  if (order == 0) return 2;
  const std::uint64_t half = StatesOfABuddy(order - 1);
  return half * half + 1;
}

// The live blocks of all states: each can be freed.
constexpr std::uint64_t LiveInABuddy(unsigned order) {
  if (order == 0) return 1;
  return 2 * LiveInABuddy(order - 1) * StatesOfABuddy(order - 1) + 1;
}

// The states in which no block of 2^wanted units is free.
constexpr std::uint64_t FullForABuddy(unsigned order, unsigned wanted) {
  if (order == wanted) return StatesOfABuddy(order) - 1;
  const std::uint64_t half = FullForABuddy(order - 1, wanted);
  return half * half + 1;
}

// The requests, one of each order in each state, that are served.
constexpr std::uint64_t ServedByABuddy(unsigned order) {
  std::uint64_t served = 0;
  for (unsigned wanted = 0; wanted <= order; ++wanted) {
    served += StatesOfABuddy(order) - FullForABuddy(order, wanted);
  }
  return served;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_EXPLORE_BUDDY_COUNTS_H_
