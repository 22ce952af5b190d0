// The part of the scheduler that locks, waits and wakes for the code under
// test.

#include <cerrno>
#include <cstdint>
#include <functional>
#include <utility>

#include "models/schedule/scheduler.h"
#include "models/schedule/task.h"

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

Access AccessTo(const void* address, AccessKind kind) {
  return {reinterpret_cast<std::uintptr_t>(address), 1, kind};
}

}  // namespace

bool Scheduler::Lock(Task& task, const void* lock, bool is_shared,
                     bool is_recursive, bool has_limit) {
  ++task.point;
  task.lock = lock;
  task.is_shared = is_shared;
  task.is_recursive = is_recursive;
  task.has_limit = has_limit;
  task.is_time_up = false;
  task.pending =
      AccessTo(lock, is_shared ? AccessKind::kShare : AccessKind::kAcquire);
  places_.Note(task.pending, task.number);
  if (places_.IsShared(task.pending) || !IsEnabled(task)) Decide(task);
  task.lock = nullptr;
  task.has_limit = false;
  Restart(task);
  if (task.is_time_up) {
    record_.NoteUnchanged(task.number, AccessTo(lock, AccessKind::kRead));
    return false;
  }
  locks_.Take(lock, task.number, is_shared);
  return true;
}

// A thread that has tried several times in vain waits for the lock.
bool Scheduler::TryLock(Task& task, const void* lock, bool is_shared,
                        bool is_recursive) {
  constexpr std::uint32_t kTries = 3;
  const auto is_free = [&] {
    return locks_.IsFree(lock, task.number, is_shared, is_recursive);
  };
  if (std::exchange(task.tried, lock) != lock) task.failed_tries = 0;
  if (task.failed_tries >= kTries && task.number != 0) {
    task.is_trying = true;
    Await(task, lock, is_free, AccessKind::kTry);
    task.is_trying = false;
  } else {
    At(task, AccessTo(lock, AccessKind::kTry));
  }
  if (!is_free()) {
    ++task.failed_tries;
    record_.NoteUnchanged(task.number, AccessTo(lock, AccessKind::kTry));
    return false;
  }
  task.failed_tries = 0;
  locks_.Take(lock, task.number, is_shared);
  return true;
}

void Scheduler::Unlock(Task& task, const void* lock) {
  At(task, AccessTo(lock, AccessKind::kRelease));
  Restart(task);
  locks_.Drop(lock, task.number);
}

// From here on others can wake it.
void Scheduler::Expect(Task& task, const void* condition, bool has_limit,
                       std::uint32_t mask) {
  task.waits_for = condition;
  task.wake_mask = mask;
  task.is_woken = false;
  task.is_time_up = false;
  task.has_limit = has_limit;
  task.waits_since = ++waits_;
}

// Until it is woken, or its time is up.
void Scheduler::Sleep(Task& task) {
  ++task.point;
  task.condition = task.waits_for;
  task.pending = AccessTo(task.condition, AccessKind::kAwait);
  Decide(task);
  task.condition = nullptr;
  task.waits_for = nullptr;
  task.has_limit = false;
}

bool Scheduler::Wait(Task& task, const void* condition, const void* lock,
                     bool has_limit) {
  At(task, AccessTo(condition, AccessKind::kWrite));
  // It can be woken from before its lock is given up.
  Expect(task, condition, has_limit);
  At(task, AccessTo(lock, AccessKind::kRelease));
  locks_.Drop(lock, task.number);
  Sleep(task);
  const bool is_woken = !task.is_time_up;
  Lock(task, lock, false, false);
  return is_woken;
}

int Scheduler::WaitAt(Task& task, const void* word, std::uint32_t expected,
                      bool has_limit, std::uint32_t mask) {
  At(task, AccessTo(word, AccessKind::kWrite));
  if (ValueAt(reinterpret_cast<std::uintptr_t>(word), sizeof(expected)) !=
      expected) {
    return EAGAIN;
  }
  Expect(task, word, has_limit, mask);
  Sleep(task);
  return task.is_time_up ? ETIMEDOUT : 0;
}

Task* Scheduler::FirstAt(const void* condition, std::uint32_t mask) {
  Task* first = nullptr;
  for (std::uint8_t number = 1; number <= kMostThreads; ++number) {
    Task& other = tasks_[number];
    if (other.waits_for != condition || other.is_woken || other.is_time_up ||
        (other.wake_mask & mask) == 0) {
      continue;
    }
    if (first == nullptr || other.waits_since < first->waits_since) {
      first = &other;
    }
  }
  return first;
}

std::uint32_t Scheduler::Wake(Task& task, const void* condition,
                              std::uint32_t most, std::uint32_t mask) {
  At(task, AccessTo(condition, AccessKind::kWrite));
  std::uint32_t woken = 0;
  for (; woken < most; ++woken) {
    Task* const first = FirstAt(condition, mask);
    if (first == nullptr) break;
    first->is_woken = true;
  }
  return woken;
}

std::uint32_t Scheduler::Move(Task& task, const void* from, const void* to,
                              std::uint32_t most) {
  At(task, AccessTo(to, AccessKind::kWrite));
  std::uint32_t moved = 0;
  for (; moved < most && from != to; ++moved) {
    Task* const first = FirstAt(from, UINT32_MAX);
    if (first == nullptr) break;
    first->waits_for = to;
    first->condition = to;
    first->pending = AccessTo(to, AccessKind::kAwait);
  }
  return moved;
}

void Scheduler::Await(Task& task, const void* address,
                      const std::function<bool()>& is_there, AccessKind kind) {
  ++task.point;
  task.pending = AccessTo(address, kind);
  places_.Note(task.pending, task.number);
  task.is_there = &is_there;
  if (places_.IsShared(task.pending) || !is_there()) Decide(task);
  task.is_there = nullptr;
}

void Scheduler::Notify(Task& task, const void* address) {
  At(task, AccessTo(address, AccessKind::kWrite));
}

}  // namespace lockstep::suite
