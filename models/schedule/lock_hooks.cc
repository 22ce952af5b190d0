// What the code under test calls to lock, to wait and to sleep. In a schedule it
// is the scheduler that locks and waits; everywhere else in this program, the
// functions of the C library do, as ever.

#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>

#include "models/schedule/scheduler.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOCKSTEP_HAS_TSAN 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define LOCKSTEP_HAS_TSAN 1
#endif

#if !defined(LOCKSTEP_HAS_TSAN) && defined(__GLIBC__)

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

#define CALLER reinterpret_cast<std::uintptr_t>(__builtin_return_address(0))

// The function that this one stands in front of. No guard: that is a hook.
#define NEXT(name)                                                             \
  [] {                                                                         \
    constinit static std::atomic<decltype(&::name)> known{nullptr};            \
    auto* function = known.load(std::memory_order_acquire);                    \
    if (function == nullptr) {                                                 \
      function = reinterpret_cast<decltype(&::name)>(dlsym(RTLD_NEXT, #name)); \
      known.store(function, std::memory_order_release);                        \
    }                                                                          \
    return function;                                                           \
  }()

bool IsRecursive(const pthread_mutex_t* mutex) {
  return (mutex->__data.__kind & 3) == PTHREAD_MUTEX_RECURSIVE;
}

// In glibc, those of C11 are the same.
const pthread_mutex_t* AsPosix(const mtx_t* mutex) {
  return reinterpret_cast<const pthread_mutex_t*>(mutex);
}

int Try(Task& task, const void* lock, bool is_shared, bool is_recursive) {
  return Scheduler::Of(task).TryLock(task, lock, is_shared, is_recursive)
             ? 0
             : EBUSY;
}

int Take(Task& task, const void* lock, bool is_shared = false,
         bool is_recursive = false) {
  Scheduler::Of(task).Lock(task, lock, is_shared, is_recursive);
  return 0;
}

int Drop(Task& task, const void* lock) {
  Scheduler::Of(task).Unlock(task, lock);
  return 0;
}

int WaitFor(Task& task, const void* condition, const void* lock,
            bool has_limit) {
  return Scheduler::Of(task).Wait(task, condition, lock, has_limit) ? 0
                                                                    : ETIMEDOUT;
}

int WakeUp(Task& task, const void* condition, bool is_all) {
  Scheduler::Of(task).Wake(task, condition, is_all);
  return 0;
}

int Pause(Task& task, std::uintptr_t instruction) {
  Scheduler::Of(task).Yield(task, instruction);
  return 0;
}

// glibc: 0 at first, 2 when it is done.
constexpr int kOnceIsRunning = 1;
constexpr int kOnceIsDone = 2;

void Once(Task& task, int* control, void (*routine)()) {
  Scheduler& scheduler = Scheduler::Of(task);
  scheduler.Await(task, control, [=] { return *control != kOnceIsRunning; });
  if (*control == kOnceIsDone) return;
  *control = kOnceIsRunning;
  routine();
  *control = kOnceIsDone;
  scheduler.Notify(task, control);
}

// The bytes of a guard, as the ABI and libstdc++ have them.
struct Guard {
  std::uint8_t is_done;
  std::uint8_t is_running;
};

}  // namespace
}  // namespace lockstep::suite

using lockstep::suite::AsPosix;
using lockstep::suite::Drop;
using lockstep::suite::Guard;
using lockstep::suite::IsRecursive;
using lockstep::suite::Pause;
using lockstep::suite::Scheduler;
using lockstep::suite::Take;
using lockstep::suite::Task;
using lockstep::suite::Try;
using lockstep::suite::WaitFor;
using lockstep::suite::WakeUp;

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): theirs begin
// with two underscores.
#define LOCKSTEP_HOOK extern "C" __attribute__((used, visibility("default")))
#define IN_SCHEDULE(task) Task* const task = Scheduler::InsideTask()

LOCKSTEP_HOOK int pthread_mutex_lock(pthread_mutex_t* mutex) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_lock)(mutex)
                         : Take(*task, mutex, false, IsRecursive(mutex));
}
LOCKSTEP_HOOK int pthread_mutex_trylock(pthread_mutex_t* mutex) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_trylock)(mutex)
                         : Try(*task, mutex, false, IsRecursive(mutex));
}
LOCKSTEP_HOOK int pthread_mutex_unlock(pthread_mutex_t* mutex) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_unlock)(mutex)
                         : Drop(*task, mutex);
}
LOCKSTEP_HOOK int pthread_spin_lock(pthread_spinlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_spin_lock)(lock)
                         : Take(*task, const_cast<const int*>(lock));
}
LOCKSTEP_HOOK int pthread_spin_trylock(pthread_spinlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr
             ? NEXT(pthread_spin_trylock)(lock)
             : Try(*task, const_cast<const int*>(lock), false, false);
}
LOCKSTEP_HOOK int pthread_spin_unlock(pthread_spinlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_spin_unlock)(lock)
                         : Drop(*task, const_cast<const int*>(lock));
}
LOCKSTEP_HOOK int pthread_rwlock_rdlock(pthread_rwlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_rdlock)(lock)
                         : Take(*task, lock, true);
}
LOCKSTEP_HOOK int pthread_rwlock_wrlock(pthread_rwlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_wrlock)(lock)
                         : Take(*task, lock);
}
LOCKSTEP_HOOK int pthread_rwlock_tryrdlock(pthread_rwlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_tryrdlock)(lock)
                         : Try(*task, lock, true, false);
}
LOCKSTEP_HOOK int pthread_rwlock_trywrlock(pthread_rwlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_trywrlock)(lock)
                         : Try(*task, lock, false, false);
}
LOCKSTEP_HOOK int pthread_rwlock_unlock(pthread_rwlock_t* lock) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_unlock)(lock)
                         : Drop(*task, lock);
}
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
  lockstep::suite::Once(*task, control, routine);
  return 0;
}
// Of limits in time, only a wait for a condition comes to its end, once nobody
// else can go on.
LOCKSTEP_HOOK int pthread_cond_clockwait(pthread_cond_t* condition,
                                         pthread_mutex_t* mutex,
                                         clockid_t clock,
                                         const timespec* limit) {
  IN_SCHEDULE(task);
  return task == nullptr
             ? NEXT(pthread_cond_clockwait)(condition, mutex, clock, limit)
             : WaitFor(*task, condition, mutex, true);
}
LOCKSTEP_HOOK int pthread_mutex_timedlock(pthread_mutex_t* mutex,
                                          const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_timedlock)(mutex, limit)
                         : Take(*task, mutex, false, IsRecursive(mutex));
}
LOCKSTEP_HOOK int pthread_mutex_clocklock(pthread_mutex_t* mutex,
                                          clockid_t clock,
                                          const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_clocklock)(mutex, clock, limit)
                         : Take(*task, mutex, false, IsRecursive(mutex));
}
LOCKSTEP_HOOK int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock,
                                             const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_timedrdlock)(lock, limit)
                         : Take(*task, lock, true);
}
LOCKSTEP_HOOK int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock,
                                             const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_timedwrlock)(lock, limit)
                         : Take(*task, lock);
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

// Of C11; those of the C library call what lies behind the functions above.
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
  return task == nullptr ? NEXT(mtx_timedlock)(mutex, limit) : mtx_lock(mutex);
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
  lockstep::suite::Once(*task, &flag->__data, routine);
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

// A variable of a function that is made when the function is first called.
// NOLINTBEGIN(bugprone-reserved-identifier): the names are the ABI's.
extern "C" int __cxa_guard_acquire(std::uint64_t* guard);
extern "C" void __cxa_guard_release(std::uint64_t* guard) noexcept;
extern "C" void __cxa_guard_abort(std::uint64_t* guard) noexcept;

LOCKSTEP_HOOK int __cxa_guard_acquire(std::uint64_t* guard) {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(__cxa_guard_acquire)(guard);
  auto* const bytes = reinterpret_cast<volatile Guard*>(guard);
  Scheduler::Of(*task).Await(*task, guard,
                             [=] { return bytes->is_running == 0; });
  if (bytes->is_done != 0) return 0;
  bytes->is_running = 1;
  return 1;
}
LOCKSTEP_HOOK void __cxa_guard_release(std::uint64_t* guard) noexcept {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(__cxa_guard_release)(guard);
  auto* const bytes = reinterpret_cast<volatile Guard*>(guard);
  Scheduler::Of(*task).Notify(*task, guard);
  bytes->is_done = 1;
  bytes->is_running = 0;
}
LOCKSTEP_HOOK void __cxa_guard_abort(std::uint64_t* guard) noexcept {
  IN_SCHEDULE(task);
  if (task == nullptr) return NEXT(__cxa_guard_abort)(guard);
  reinterpret_cast<volatile Guard*>(guard)->is_running = 0;
}
// NOLINTEND(bugprone-reserved-identifier)

// NOLINTEND(readability-inconsistent-declaration-parameter-name)

#endif
