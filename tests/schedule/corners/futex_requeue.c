#define _GNU_SOURCE

/* A pool behind a mutex. A request waits until there is a block, asleep on a futex;
 * a free wakes all that sleep by FUTEX_REQUEUE, which is there to let the rest sleep
 * on another word. Here there is no rest.
 *
 * `schedules` must find that nothing is wrong: this wakes, too. */

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/threads/animals/animal.h"

typedef struct pool {
  pthread_mutex_t lock;
  block* free;    /* Behind the lock. */
  unsigned frees; /* Atomic, and what threads sleep on. */
  unsigned rest;  /* What nobody sleeps on. */
} pool;

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  pthread_mutex_init(&self->lock, NULL);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_mutex_destroy(&self->lock);
}

static block* try_to_take(pool* self) {
  pthread_mutex_lock(&self->lock);
  block* const one = pop(&self->free);
  pthread_mutex_unlock(&self->lock);
  return one;
}

static block* take(pool* self, size_t bytes) {
  (void)bytes;
  for (;;) {
    const unsigned frees = __atomic_load_n(&self->frees, __ATOMIC_SEQ_CST);
    block* const one = try_to_take(self);
    if (one != NULL) return one;
    syscall(SYS_futex, &self->frees, FUTEX_WAIT_PRIVATE, frees, NULL, NULL, 0);
  }
}

static void give(pool* self, block* one) {
  pthread_mutex_lock(&self->lock);
  push(&self->free, one);
  pthread_mutex_unlock(&self->lock);
  __atomic_fetch_add(&self->frees, 1, __ATOMIC_SEQ_CST);
  syscall(SYS_futex, &self->frees, FUTEX_REQUEUE_PRIVATE, INT_MAX, 0,
          &self->rest, 0);
}

#include "tests/schedule/corners/pool_calls.h"

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool that wakes by requeueing", LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
