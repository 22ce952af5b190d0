#ifndef LOCKSTEP_MODELS_SCHEDULE_LOCK_CALLS_H_
#define LOCKSTEP_MODELS_SCHEDULE_LOCK_CALLS_H_

// What the functions for locks and waits do in a schedule, and return. Only for
// the files that define hooks.
//   Requires   glibc, because its layout of mutexes and flags is used.

#include <pthread.h>

#include <cerrno>
#include <cstdint>

#include "models/schedule/scheduler.h"

namespace lockstep::suite::hooks {

inline bool IsRecursive(const pthread_mutex_t* mutex) {
  return (mutex->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE;
}

inline int Try(Scheduler::Task& task, const void* lock, bool is_shared,
               bool is_recursive) {
  return Scheduler::Of(task).TryLock(task, lock, is_shared, is_recursive)
             ? 0
             : EBUSY;
}

inline int Take(Scheduler::Task& task, const void* lock, bool is_shared = false,
                bool is_recursive = false, bool has_limit = false) {
  return Scheduler::Of(task).Lock(task, lock, is_shared, is_recursive,
                                  has_limit)
             ? 0
             : ETIMEDOUT;
}

inline int Drop(Scheduler::Task& task, const void* lock) {
  Scheduler::Of(task).Unlock(task, lock);
  return 0;
}

inline int WaitFor(Scheduler::Task& task, const void* condition,
                   const void* lock, bool has_limit) {
  return Scheduler::Of(task).Wait(task, condition, lock, has_limit) ? 0
                                                                    : ETIMEDOUT;
}

inline int WakeUp(Scheduler::Task& task, const void* condition, bool is_all) {
  Scheduler::Of(task).Wake(task, condition, is_all ? UINT32_MAX : 1);
  return 0;
}

inline int Pause(Scheduler::Task& task, std::uintptr_t instruction) {
  Scheduler::Of(task).Yield(task, instruction);
  return 0;
}

// glibc: 0 at first, 2 when it is done.
inline constexpr int kOnceIsRunning = 1;
inline constexpr int kOnceIsDone = 2;

inline void Once(Scheduler::Task& task, int* control, void (*routine)()) {
  Scheduler& scheduler = Scheduler::Of(task);
  scheduler.Await(task, control, [=] { return *control != kOnceIsRunning; });
  if (*control == kOnceIsDone) return;
  *control = kOnceIsRunning;
  routine();
  *control = kOnceIsDone;
  scheduler.Notify(task, control);
}

}  // namespace lockstep::suite::hooks

#endif  // LOCKSTEP_MODELS_SCHEDULE_LOCK_CALLS_H_
