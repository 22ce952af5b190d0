#ifndef LOCKSTEP_ALLOCATOR_BASE_LOCK_H_
#define LOCKSTEP_ALLOCATOR_BASE_LOCK_H_

// Locks, and the guard that holds one.
//   Requires   a Lockable is what the standard calls BasicLockable, so
//              std::mutex is one (too large for SlabCache, though). No
//              operation may be called while its own lock is held. Of a lock
//              that SlabCache is given, unlock() does not touch the lock once
//              another thread can take it: that one may give back the memory
//              that the lock is in.

#include <atomic>
#include <concepts>

#include "allocator/base/platform.h"

namespace lockstep {

template <class L>
concept Lockable = requires(L lock) {
  { lock.lock() } -> std::same_as<void>;
  { lock.unlock() } -> std::same_as<void>;
};

// For one thread, or where the caller has its own lock.
class NoLock {
 public:
  void lock() {}
  void unlock() {}
};

// Test and test-and-set: waiters spin on a shared cache line and write to it
// only when it looks free. Neither fair nor recursive. A flag: no processor
// needs a library to set one, as riscv64 does for a bool.
class SpinLock {
 public:
  void lock() {
    while (held_.test_and_set(std::memory_order_acquire)) {
      while (held_.test(std::memory_order_relaxed)) SpinPause();
    }
  }
  void unlock() { held_.clear(std::memory_order_release); }

 private:
  std::atomic_flag held_;
};

static_assert(Lockable<NoLock> && Lockable<SpinLock>);

// std::lock_guard is not freestanding.
template <Lockable Lock>
class [[nodiscard]] LockGuard {
 public:
  explicit LockGuard(Lock& lock) : lock_(lock) { lock_.lock(); }
  ~LockGuard() { lock_.unlock(); }
  LockGuard(const LockGuard&) = delete;
  LockGuard& operator=(const LockGuard&) = delete;

 private:
  Lock& lock_;
};

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_LOCK_H_
