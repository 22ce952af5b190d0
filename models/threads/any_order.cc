#include "models/threads/any_order.h"

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "models/threads/sweep.h"

namespace lockstep::suite {
namespace {

struct Tick {
  std::uint64_t stamp = 0;
  const Event* event = nullptr;
  bool is_end = false;
};

}  // namespace

Verdict JudgeHistory(const Scene& scene, const History& history) {
  std::vector<Tick> ticks;
  ticks.reserve(2 * history.size());
  for (const Event& event : history) {
    if (event.outcome.status == Status::kSkipped) continue;
    ticks.push_back({event.before, &event, false});
    ticks.push_back({event.after, &event, true});
  }
  std::ranges::sort(ticks, {}, [](const Tick& tick) {
    return std::pair(tick.stamp, tick.is_end);
  });
  Sweep sweep(scene, history);
  for (const Tick& tick : ticks) {
    if (!tick.is_end) {
      sweep.Begin(*tick.event);
    } else if (auto verdict = sweep.End(*tick.event)) {
      return verdict;
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
