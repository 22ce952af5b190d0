#include "models/threads/overlap.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "models/script/op.h"

namespace lockstep::suite {
namespace {

// The events of one thread do not overlap. So it is enough to compare an event
// with the last earlier one of each thread.
std::uint64_t CountOverlapping(const History& history) {
  std::vector<bool> overlaps(history.size());
  std::array<std::size_t, kMostThreads + 1> last{};  // From 1; 0: none yet.
  for (std::size_t i = 0; i < history.size(); ++i) {
    const Event& event = history[i];
    if (event.op.thread == 0 || event.outcome.status == Status::kSkipped) {
      continue;
    }
    for (std::size_t thread = 1; thread < last.size(); ++thread) {
      if (thread == event.op.thread || last[thread] == 0) continue;
      const std::size_t other = last[thread] - 1;
      if (IsBefore(history[other], event)) continue;
      overlaps[i] = overlaps[other] = true;
    }
    last[event.op.thread] = i + 1;
  }
  return static_cast<std::uint64_t>(std::ranges::count(overlaps, true));
}

// Events on one slot do not overlap.
std::uint64_t CountHandOvers(const History& history) {
  std::map<std::uint32_t, std::uint8_t> had_by;  // Threads, by slot.
  std::uint64_t count = 0;
  for (const Event& event : history) {
    if (event.op.verb != Verb::kUsableOf) {
      for (const HeldBlock& block : event.given_up) {
        const auto found = had_by.find(block.slot);
        if (found != had_by.end() && found->second != event.op.thread) ++count;
      }
      for (const HeldBlock& block : event.received) {
        had_by[block.slot] = event.op.thread;
      }
    }
  }
  return count;
}

}  // namespace

Overlap OverlapIn(const History& history) {
  Overlap overlap;
  for (const Event& event : history) {
    if (event.op.thread == 0) continue;
    if (event.outcome.status != Status::kSkipped) ++overlap.ops;
  }
  overlap.overlapping = CountOverlapping(history);
  overlap.hand_overs = CountHandOvers(history);
  return overlap;
}

}  // namespace lockstep::suite
