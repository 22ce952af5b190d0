#ifndef LOCKSTEP_ALLOCATOR_BASE_LOCK_H_
#define LOCKSTEP_ALLOCATOR_BASE_LOCK_H_

// Locks, and the guard that holds one.
//   Requires   a Lockable is what the standard calls BasicLockable. std::mutex
//              is one, though it is too large for SlabCache. No operation may
//              be called by a thread that already holds its lock.
//              SlabCache also requires that unlock() does not touch the lock
//              once another thread can take it: that thread may give back the
//              memory in which the lock lies.

#include <atomic>
#include <concepts>

#include "allocator/base/platform.h"

namespace lockstep {

template <class L>
concept Lockable = requires(L lock) {
  { lock.lock() } -> std::same_as<void>;
  { lock.unlock() } -> std::same_as<void>;
};

// For a single thread, or for callers with a lock of their own.
class NoLock {
 public:
  void lock() {}
  void unlock() {}
};

// Test and test-and-set: a waiting thread reads the flag until it looks free,
// and only then writes to it. Neither fair nor recursive. It is an atomic_flag
// because every processor sets one without help from a library; riscv64 needs
// help for an atomic bool.
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

// std::lock_guard is not available in a freestanding program.
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
