// What the code under test calls to lock. In a schedule, the scheduler locks;
// everywhere else in this program, the C library does, as usual.

#include <pthread.h>
#include <time.h>

#include "models/schedule/hooks.h"
#include "models/schedule/lock_calls.h"

#if !defined(LOCKSTEP_HAS_TSAN) && defined(__GLIBC__)

using lockstep::suite::hooks::Drop;
using lockstep::suite::hooks::IsRecursive;
using lockstep::suite::hooks::Take;
using lockstep::suite::hooks::Try;

// NOLINTBEGIN(readability-inconsistent-declaration-parameter-name): theirs begin
// with two underscores.
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
LOCKSTEP_HOOK int pthread_mutex_timedlock(pthread_mutex_t* mutex,
                                          const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_timedlock)(mutex, limit)
                         : Take(*task, mutex, false, IsRecursive(mutex), true);
}
LOCKSTEP_HOOK int pthread_mutex_clocklock(pthread_mutex_t* mutex,
                                          clockid_t clock,
                                          const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_mutex_clocklock)(mutex, clock, limit)
                         : Take(*task, mutex, false, IsRecursive(mutex), true);
}
LOCKSTEP_HOOK int pthread_rwlock_timedrdlock(pthread_rwlock_t* lock,
                                             const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_timedrdlock)(lock, limit)
                         : Take(*task, lock, true, false, true);
}
LOCKSTEP_HOOK int pthread_rwlock_timedwrlock(pthread_rwlock_t* lock,
                                             const timespec* limit) noexcept {
  IN_SCHEDULE(task);
  return task == nullptr ? NEXT(pthread_rwlock_timedwrlock)(lock, limit)
                         : Take(*task, lock, false, false, true);
}
// NOLINTEND(readability-inconsistent-declaration-parameter-name)

#endif
