#define _GNU_SOURCE

/* A pool behind a lock made of a futex. Threads that sleep are counted; whoever wakes
 * some takes off as many as the system says it has woken.
 *
 * So a call that wakes must say how many it has woken. `schedules` must find that
 * nothing is wrong with the honest one, and a deadlock where nobody is woken. */

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kWakesNobody /* Who gives up the lock leaves those that wait asleep. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  int is_held;   /* Atomic, and what threads sleep on. */
  long sleepers; /* Atomic. Those that sleep, or are about to. */
  block* free;   /* Behind the lock. */
} pool;

static int try_lock(pool* self) {
  int expected = 0;
  return __atomic_compare_exchange_n(&self->is_held, &expected, 1, 0,
                                     __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static void lock(pool* self) {
  while (!try_lock(self)) {
    __atomic_fetch_add(&self->sleepers, 1, __ATOMIC_SEQ_CST);
    /* Who was not woken was not taken off. */
    if (syscall(SYS_futex, &self->is_held, FUTEX_WAIT_PRIVATE, 1, NULL, NULL,
                0) != 0) {
      __atomic_fetch_sub(&self->sleepers, 1, __ATOMIC_SEQ_CST);
    }
  }
}

static void unlock(pool* self) {
  __atomic_store_n(&self->is_held, 0, __ATOMIC_SEQ_CST);
  if (kFault == kWakesNobody) return;
  if (__atomic_load_n(&self->sleepers, __ATOMIC_SEQ_CST) == 0) return;
  const long woken =
      syscall(SYS_futex, &self->is_held, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
  __atomic_fetch_sub(&self->sleepers, woken, __ATOMIC_SEQ_CST);
}

static lockstep_status create(void* state) {
  *(pool*)state = (pool){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static block* take(pool* self, size_t bytes) {
  (void)bytes;
  lock(self);
  block* const one = pop(&self->free);
  unlock(self);
  return one;
}

static void give(pool* self, block* one) {
  lock(self);
  push(&self->free, one);
  unlock(self);
}

#include "tests/schedule/corners/pool_calls.h"

static const char* audit(const void* state) {
  const pool* const self = state;
  return self->sleepers == 0 ? NULL : "nobody sleeps";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool behind a futex that counts who sleeps",
                 LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .audit = audit,
};

LOCKSTEP_EXPORT(ANIMAL)
