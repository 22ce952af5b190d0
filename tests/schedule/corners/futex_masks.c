#define _GNU_SOURCE

/* A pool behind a lock that threads get in the order in which they come: each takes a
 * ticket, and sleeps until that is served. All sleep on the same word, each with a
 * mask of its own, so that only the next one is woken.
 *
 * `schedules` must find that nothing is wrong with the honest one, for who sleeps with
 * another mask is not woken; and a deadlock if the wrong one is woken, or nobody. */

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kWakesAnybody, /* One sleeper, but not for sure the next. */
  kWakesItself   /* The mask is that of the ticket that was served. */
};
static const enum fault kFault = FAULT;

enum { kMaskBits = 32 };

typedef struct pool {
  unsigned tickets; /* Atomic. So many were taken. */
  unsigned served;  /* Atomic, and what threads sleep on. */
  block* free;      /* Behind the lock. */
} pool;

static unsigned mask_of(unsigned ticket) { return 1U << ticket % kMaskBits; }

static void lock(pool* self) {
  const unsigned mine = __atomic_fetch_add(&self->tickets, 1, __ATOMIC_SEQ_CST);
  for (;;) {
    const unsigned served = __atomic_load_n(&self->served, __ATOMIC_SEQ_CST);
    if (served == mine) return;
    syscall(SYS_futex, &self->served, FUTEX_WAIT_BITSET_PRIVATE, served, NULL,
            NULL, mask_of(mine));
  }
}

static void unlock(pool* self) {
  const unsigned mine = __atomic_fetch_add(&self->served, 1, __ATOMIC_SEQ_CST);
  const unsigned mask = kFault == kWakesAnybody  ? FUTEX_BITSET_MATCH_ANY
                        : kFault == kWakesItself ? mask_of(mine)
                                                 : mask_of(mine + 1);
  syscall(SYS_futex, &self->served, FUTEX_WAKE_BITSET_PRIVATE, 1, NULL, NULL,
          mask);
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

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool behind a futex that wakes the next one by a mask",
                 LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
