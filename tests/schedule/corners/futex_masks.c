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

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->free = carve(start, blocks_in(bytes));
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  lock(self);
  block* const one = pop(&self->free);
  unlock(self);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  lock(self);
  push(&self->free, freed);
  unlock(self);
  return LOCKSTEP_OK;
}

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
