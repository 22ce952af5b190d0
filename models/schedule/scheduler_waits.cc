// The part of the scheduler that knows which threads can go on, and what to do
// if none can.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>

#include "models/schedule/scheduler.h"
#include "models/schedule/task.h"
#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

// If waiting threads have tried again so often in vain, it is a livelock.
constexpr std::uint64_t kMostForced = 10'000;

}  // namespace

bool Scheduler::IsEnabled(const Task& task) const {
  if (task.has_ended) return false;
  if (task.lock != nullptr) {
    return locks_.IsFree(task.lock, task.number, task.is_shared,
                         task.is_recursive);
  }
  if (task.is_there != nullptr) return (*task.is_there)();
  if (task.condition != nullptr) return task.is_woken;
  if (task.is_spinning) {
    return ValueAt(task.spun.address, task.spun.bytes) != task.spun.value;
  }
  return task.yielded_at != moves_;
}

ThreadSet Scheduler::EnabledTasks() const {
  ThreadSet enabled = 0;
  for (ThreadSet left = alive_; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(left));
    if (IsEnabled(tasks_[number])) enabled |= Only(number);
  }
  return enabled;
}

// First, in turn, those that wait in a loop; then those that wait with a time
// limit.
std::uint8_t Scheduler::Force() {
  ThreadSet looking = 0;
  ThreadSet limited = 0;
  for (ThreadSet left = alive_; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(left));
    const Task& task = tasks_[number];
    const bool waits = task.lock != nullptr || task.condition != nullptr ||
                       (task.is_there != nullptr && !task.is_trying);
    if (!waits) looking |= Only(number);
    if (waits && task.has_limit) limited |= Only(number);
  }
  constexpr std::uint64_t kBeforeLimits = 20;
  if (limited != 0 && (looking == 0 || forced_ > kBeforeLimits)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(limited));
    tasks_[number].is_time_up = true;
    tasks_[number].has_timed_out = true;
    return number;
  }
  const Task& first =
      tasks_[static_cast<std::size_t>(std::countr_zero(alive_))];
  if (looking == 0) StopAll(kDeadlockRule.name, first, WhoWaits());
  if (forced_ >= kMostForced) {
    StopAll(kLivelockRule.name, first,
            "every thread that is not blocked waits in a loop for a change "
            "that none of them makes");
  }
  ThreadSet next =
      looking & static_cast<ThreadSet>(~((2u << last_forced_) - 1));
  if (next == 0) next = looking;
  last_forced_ = static_cast<std::uint8_t>(std::countr_zero(next));
  return last_forced_;
}

std::string Scheduler::WhoWaits() const {
  std::string text;
  for (ThreadSet left = alive_; left != 0;
       left &= static_cast<ThreadSet>(left - 1)) {
    const auto number = static_cast<std::uint8_t>(std::countr_zero(left));
    const Task& task = tasks_[number];
    text += Text(text.empty() ? "" : "; ", "t", int{number}, ", at point ",
                 task.point, " of step ", task.step, ", ");
    if (task.lock == nullptr) {
      text += "waits to be woken";
      continue;
    }
    const std::uint8_t owner = locks_.OwnerOf(task.lock, task.number);
    text += owner == number ? Text("waits for a lock that it holds itself")
            : owner == 0
                ? Text("waits for a lock that was never released")
                : Text("waits for a lock that t", int{owner}, " holds");
  }
  return text;
}

}  // namespace lockstep::suite
