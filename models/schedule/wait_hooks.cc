// What the code under test calls to wait, to sleep, and to do something once: see
// lock_hooks.cc.

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <span>

#include "models/schedule/hooks.h"
#include "models/schedule/lock_calls.h"
#include "models/schedule/scheduler.h"

#if !defined(LOCKSTEP_HAS_TSAN) && defined(__GLIBC__)

namespace lockstep::suite {
namespace {

// The bytes of a guard, as the ABI and libstdc++ define them.
struct Guard {
  std::uint8_t is_done;
  std::uint8_t is_running;
};

// Outside of a schedule, and not libstdc++'s: where that is linked in, these hooks
// are the only such functions.
int AcquireGuard(Guard& guard) {
  const std::atomic_ref is_done(guard.is_done);
  const std::atomic_ref is_running(guard.is_running);
  while (is_done.load(std::memory_order_acquire) == 0) {
    if (is_running.exchange(1, std::memory_order_acquire) != 0) {
      sched_yield();
    } else if (is_done.load(std::memory_order_acquire) == 0) {
      return 1;
    } else {
      is_running.store(0, std::memory_order_release);
    }
  }
  return 0;
}

void EndGuard(Guard& guard, bool is_done) {
  if (is_done) {
    std::atomic_ref(guard.is_done).store(1, std::memory_order_release);
  }
  std::atomic_ref(guard.is_running).store(0, std::memory_order_release);
}

long Failed(int error) {
  errno = error;
  return -1;
}

// futex(2): the words are its arguments. Waiting on several words, and passing on
// priorities, is not there, as in a kernel without it.
long Futex(Scheduler::Task& task, std::span<const long, 6> words) {
  Scheduler& scheduler = Scheduler::Of(task);
  const auto* const word = reinterpret_cast<const void*>(words[0]);
  const auto* const other = reinterpret_cast<const void*>(words[4]);
  const auto count = static_cast<std::uint32_t>(words[2]);
  const auto last = static_cast<std::uint32_t>(words[5]);
  const long command = words[1] & FUTEX_CMD_MASK;
  switch (command) {
    case FUTEX_WAIT:
    case FUTEX_WAIT_BITSET: {
      const int error =
          scheduler.WaitAt(task, word, count, words[3] != 0,
                           command == FUTEX_WAIT ? UINT32_MAX : last);
      return error == 0 ? 0 : Failed(error);
    }
    case FUTEX_WAKE:
      return scheduler.Wake(task, word, count);
    case FUTEX_WAKE_BITSET:
      return scheduler.Wake(task, word, count, last);
    case FUTEX_REQUEUE:
    case FUTEX_CMP_REQUEUE: {
      const bool compares = command == FUTEX_CMP_REQUEUE;
      if (compares && *static_cast<const std::uint32_t*>(word) != last) {
        return Failed(EAGAIN);
      }
      const std::uint32_t woken = scheduler.Wake(task, word, count);
      const std::uint32_t moved = scheduler.Move(
          task, word, other, static_cast<std::uint32_t>(words[3]));
      return compares ? woken + moved : woken;
    }
    default:
      return Failed(ENOSYS);
  }
}

}  // namespace
}  // namespace lockstep::suite

using lockstep::suite::Futex;
using lockstep::suite::Guard;
using lockstep::suite::Scheduler;
using lockstep::suite::hooks::Once;
using lockstep::suite::hooks::Pause;
using lockstep::suite::hooks::WaitFor;
using lockstep::suite::hooks::WakeUp;

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): theirs begin
// with two underscores.
LOCKSTEP_HOOK int pthread_cond_wait(pthread_cond_t* condition,
                                    pthread_mutex_t* mutex) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_cond_wait)(condition, mutex)
                         : WaitFor(*task, condition, mutex, false);
}
LOCKSTEP_HOOK int pthread_cond_timedwait(pthread_cond_t* condition,
                                         pthread_mutex_t* mutex,
                                         const timespec* limit) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_cond_timedwait)(condition, mutex, limit)
                         : WaitFor(*task, condition, mutex, true);
}
LOCKSTEP_HOOK int pthread_cond_signal(pthread_cond_t* condition) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_cond_signal)(condition)
                         : WakeUp(*task, condition, false);
}
LOCKSTEP_HOOK int pthread_cond_broadcast(pthread_cond_t* condition) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_cond_broadcast)(condition)
                         : WakeUp(*task, condition, true);
}
LOCKSTEP_HOOK int pthread_once(pthread_once_t* control, void (*routine)()) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(pthread_once)(control, routine);
  Once(*task, control, routine);
  return 0;
}
// A wait with a time limit times out once no other thread can go on.
LOCKSTEP_HOOK int pthread_cond_clockwait(pthread_cond_t* condition,
                                         pthread_mutex_t* mutex,
                                         clockid_t clock,
                                         const timespec* limit) {
  IN_SCHEDULE(task);
  return task == nullptr
             ? NEXT(pthread_cond_clockwait)(condition, mutex, clock, limit)
             : WaitFor(*task, condition, mutex, true);
}
// Rust's and other standard libraries wait with futexes of their own.
LOCKSTEP_HOOK long syscall(long number, ...) noexcept {
  va_list list;
  va_start(list, number);
  long words[6];
  for (long& word : words) word = va_arg(list, long);
  va_end(list);
  IN_SCHEDULE(task);
  if (task != nullptr && number == SYS_futex) return Futex(*task, words);
  return NEXT(syscall)(number, words[0], words[1], words[2], words[3], words[4],
                       words[5]);
}
LOCKSTEP_HOOK int sem_trywait(sem_t* semaphore) noexcept {
  IN_SCHEDULE(task);
  if (task != nullptr) Scheduler::Of(*task).Notify(*task, semaphore);
  return NEXT(sem_trywait)(semaphore);
}
LOCKSTEP_HOOK int clock_nanosleep(clockid_t clock, int flags,
                                  const timespec* time, timespec* left) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(clock_nanosleep)(clock, flags, time, left)
                         : Pause(*task, CALLER);
}
LOCKSTEP_HOOK unsigned sleep(unsigned seconds) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(sleep)(seconds);
  (void)Pause(*task, CALLER);
  return 0;
}
LOCKSTEP_HOOK int sched_yield() noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(sched_yield)() : Pause(*task, CALLER);
}
LOCKSTEP_HOOK int nanosleep(const timespec* time, timespec* left) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(nanosleep)(time, left) : Pause(*task, CALLER);
}
LOCKSTEP_HOOK int usleep(useconds_t microseconds) {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(usleep)(microseconds) : Pause(*task, CALLER);
}
LOCKSTEP_HOOK int sem_wait(sem_t* semaphore) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(sem_wait)(semaphore);
  Scheduler::Of(*task).Await(*task, semaphore, [=] {
    int value = 0;
    return sem_getvalue(semaphore, &value) == 0 && value > 0;
  });
  return NEXT(sem_trywait)(semaphore);
}
LOCKSTEP_HOOK int sem_post(sem_t* semaphore) noexcept {
  IN_SCHEDULE(task);
  if (task != nullptr) Scheduler::Of(*task).Notify(*task, semaphore);
  return NEXT(sem_post)(semaphore);
}

// The guards of static variables of functions, which are initialised when the
// function is first called.
// NOLINTBEGIN(bugprone-reserved-identifier): the names are the ABI's.
extern "C" int __cxa_guard_acquire(std::uint64_t* guard);
extern "C" void __cxa_guard_release(std::uint64_t* guard) noexcept;
extern "C" void __cxa_guard_abort(std::uint64_t* guard) noexcept;
LOCKSTEP_HOOK int __cxa_guard_acquire(std::uint64_t* guard) {
  IN_SCHEDULE(task);
  if (task == nullptr) return AcquireGuard(*reinterpret_cast<Guard*>(guard));
  auto* const bytes = reinterpret_cast<volatile Guard*>(guard);
  Scheduler::Of(*task).Await(*task, guard,
                             [=] { return bytes->is_running == 0; });
  if (bytes->is_done != 0) return 0;
  bytes->is_running = 1;
  return 1;
}
LOCKSTEP_HOOK void __cxa_guard_release(std::uint64_t* guard) noexcept {
  IN_SCHEDULE(task);
  if (task == nullptr) return EndGuard(*reinterpret_cast<Guard*>(guard), true);
  auto* const bytes = reinterpret_cast<volatile Guard*>(guard);
  Scheduler::Of(*task).Notify(*task, guard);
  bytes->is_done = 1;
  bytes->is_running = 0;
}
LOCKSTEP_HOOK void __cxa_guard_abort(std::uint64_t* guard) noexcept {
  IN_SCHEDULE(task);
  if (task == nullptr) return EndGuard(*reinterpret_cast<Guard*>(guard), false);
  reinterpret_cast<volatile Guard*>(guard)->is_running = 0;
}
// NOLINTEND(bugprone-reserved-identifier)

// NOLINTEND(readability-inconsistent-declaration-parameter-name)

#endif
