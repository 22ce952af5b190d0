#ifndef LOCKSTEP_TESTS_SPIN_LOCK_RELACY_LOCK_H_
#define LOCKSTEP_TESTS_SPIN_LOCK_RELACY_LOCK_H_

// allocator/base/lock.h as it is, but for the flag in SpinLock and its pause: those
// are Relacy's, which decides what each load may see under the memory model of C++,
// and who goes on.
//
// WEAK_ACQUIRE and WEAK_RELEASE make a mutant of it, in which the order of that name is
// relaxed; LOOKS_BACK one in which unlock() reads the flag that it has cleared.

#include <atomic>
#include <relacy/relacy.hpp>

// Relacy's names for what the standard library has.
#undef memory_order_relaxed
#undef memory_order_consume
#undef memory_order_acquire
#undef memory_order_release
#undef memory_order_acq_rel
#undef memory_order_seq_cst
#undef new
#undef delete
#undef malloc
#undef calloc
#undef realloc
#undef free
#undef assert
#undef errno

#include "allocator/base/platform.h"

namespace lockstep {

class RelacyFlag {
 public:
  bool test_and_set(std::memory_order order) {
    return flag_.exchange(1, OrderOf(order), $) != 0;
  }
  bool test(std::memory_order order) const {
    return flag_.load(OrderOf(order), $) != 0;
  }
  void clear(std::memory_order order) {
    flag_.store(0, OrderOf(order), $);
#ifdef LOOKS_BACK
    (void)flag_.load(rl::mo_relaxed, $);
#endif
  }

 private:
  static rl::memory_order OrderOf(std::memory_order order) {
    switch (order) {
      case std::memory_order_relaxed:
        return rl::mo_relaxed;
      case std::memory_order_consume:
        return rl::mo_consume;
      case std::memory_order_acquire:
        return rl::mo_acquire;
      case std::memory_order_release:
        return rl::mo_release;
      case std::memory_order_acq_rel:
        return rl::mo_acq_rel;
      case std::memory_order_seq_cst:
        break;
    }
    return rl::mo_seq_cst;
  }

  rl::atomic<int> flag_{0};
};

}  // namespace lockstep

// Only for this header, which spells its name std::atomic_flag.
namespace std {
using relacy_flag = lockstep::RelacyFlag;
}
#define atomic_flag relacy_flag
// A thread that waits lets the others go on.
#define SpinPause() rl::yield(1, $)
#ifdef WEAK_ACQUIRE
#define memory_order_acquire memory_order_relaxed
#endif
#ifdef WEAK_RELEASE
#define memory_order_release memory_order_relaxed
#endif
#include "allocator/base/lock.h"
#undef memory_order_acquire
#undef memory_order_release
#undef SpinPause
#undef atomic_flag

#endif  // LOCKSTEP_TESTS_SPIN_LOCK_RELACY_LOCK_H_
