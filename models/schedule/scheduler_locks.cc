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

Access AccessTo(const void* address, AccessKind kind) {
  return {reinterpret_cast<std::uintptr_t>(address), 1, kind};
}

}  // namespace

void Scheduler::Lock(Task& task, const void* lock, bool is_shared,
                     bool is_recursive) {
  ++task.point;
  task.lock = lock;
  task.is_shared = is_shared;
  task.is_recursive = is_recursive;
  task.pending =
      AccessTo(lock, is_shared ? AccessKind::kShare : AccessKind::kAcquire);
  places_.Note(task.pending, task.number);
  if (places_.IsShared(task.pending) || !IsEnabled(task)) Decide(task);
  task.lock = nullptr;
  task.futile = {};
  locks_.Take(lock, task.number, is_shared);
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
  task.futile = {};
  locks_.Drop(lock, task.number);
}

// From here on others can wake it.
void Scheduler::Expect(Task& task, const void* condition, bool has_limit) {
  task.waits_for = condition;
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
}

bool Scheduler::Wait(Task& task, const void* condition, const void* lock,
                     bool has_limit) {
  At(task, AccessTo(condition, AccessKind::kWrite));
  // It can be woken from before its lock is given up.
  Expect(task, condition, has_limit);
  At(task, AccessTo(lock, AccessKind::kRelease));
  locks_.Drop(lock, task.number);
  Sleep(task);
  Lock(task, lock, false, false);
  return !task.is_time_up;
}

int Scheduler::WaitAt(Task& task, const void* word, std::uint32_t expected,
                      bool has_limit) {
  At(task, AccessTo(word, AccessKind::kWrite));
  if (ValueAt(reinterpret_cast<std::uintptr_t>(word), sizeof(expected)) !=
      expected) {
    return EAGAIN;
  }
  Expect(task, word, has_limit);
  Sleep(task);
  return task.is_time_up ? ETIMEDOUT : 0;
}

void Scheduler::Wake(Task& task, const void* condition, bool is_all) {
  At(task, AccessTo(condition, AccessKind::kWrite));
  Task* first = nullptr;
  for (std::uint8_t number = 1; number <= kMostThreads; ++number) {
    Task& other = tasks_[number];
    if (other.waits_for != condition || other.is_woken) continue;
    if (is_all) other.is_woken = true;
    if (first == nullptr || other.waits_since < first->waits_since) {
      first = &other;
    }
  }
  if (first != nullptr) first->is_woken = true;
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
