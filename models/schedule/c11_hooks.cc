// The locks and waits of C11: see lock_hooks.cc. They need hooks of their own,
// because the C library does not implement them by calling the functions of
// POSIX.

#include <threads.h>
#include <time.h>

#include "models/schedule/hooks.h"
#include "models/schedule/lock_calls.h"

#if !defined(LOCKSTEP_HAS_TSAN) && defined(__GLIBC__)

namespace lockstep::suite {
namespace {

// In glibc, a mutex of C11 is laid out like one of POSIX.
const pthread_mutex_t* AsPosix(const mtx_t* mutex) {
  return reinterpret_cast<const pthread_mutex_t*>(mutex);
}

}  // namespace
}  // namespace lockstep::suite

using lockstep::suite::AsPosix;
using lockstep::suite::hooks::Drop;
using lockstep::suite::hooks::IsRecursive;
using lockstep::suite::hooks::Once;
using lockstep::suite::hooks::Pause;
using lockstep::suite::hooks::Take;
using lockstep::suite::hooks::Try;
using lockstep::suite::hooks::WaitFor;
using lockstep::suite::hooks::WakeUp;

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): theirs begin
// with two underscores.
LOCKSTEP_HOOK int mtx_lock(mtx_t* mutex) {
  IN_SCHEDULE(task);
  return task == nullptr
             ? NEXT(mtx_lock)(mutex)
             : Take(*task, mutex, false, IsRecursive(AsPosix(mutex)));
}
LOCKSTEP_HOOK int mtx_trylock(mtx_t* mutex) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(mtx_trylock)(mutex);
  return Try(*task, mutex, false, IsRecursive(AsPosix(mutex))) == 0
             ? thrd_success
             : thrd_busy;
}
LOCKSTEP_HOOK int mtx_unlock(mtx_t* mutex) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(mtx_unlock)(mutex) : Drop(*task, mutex);
}
LOCKSTEP_HOOK int mtx_timedlock(mtx_t* mutex, const timespec* limit) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(mtx_timedlock)(mutex, limit);
  return Take(*task, mutex, false, IsRecursive(AsPosix(mutex)), true) == 0
             ? thrd_success
             : thrd_timedout;
}
LOCKSTEP_HOOK int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(cnd_wait)(condition, mutex)
                         : WaitFor(*task, condition, mutex, false);
}
LOCKSTEP_HOOK int cnd_timedwait(cnd_t* condition, mtx_t* mutex,
                                const timespec* limit) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(cnd_timedwait)(condition, mutex, limit);
  return WaitFor(*task, condition, mutex, true) == 0 ? thrd_success
                                                     : thrd_timedout;
}
LOCKSTEP_HOOK int cnd_signal(cnd_t* condition) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(cnd_signal)(condition)
                         : WakeUp(*task, condition, false);
}
LOCKSTEP_HOOK int cnd_broadcast(cnd_t* condition) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(cnd_broadcast)(condition)
                         : WakeUp(*task, condition, true);
}
LOCKSTEP_HOOK void call_once(once_flag* flag, void (*routine)()) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(call_once)(flag, routine);
  Once(*task, &flag->__data, routine);
}
LOCKSTEP_HOOK int thrd_sleep(const timespec* time, timespec* left) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(thrd_sleep)(time, left) : Pause(*task, CALLER);
}
LOCKSTEP_HOOK void thrd_yield() {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(thrd_yield)();
  (void)Pause(*task, CALLER);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

#endif
