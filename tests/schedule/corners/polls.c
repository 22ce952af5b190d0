/* A pool behind a mutex. A request that finds no block left looks 1,000 times more
 * whether one has come back, and only then is refused.
 *
 * `schedules` must find that nothing is wrong: this loop waits for others, but not
 * for ever. */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum { kMostPolls = 1000 };

typedef struct pool {
  pthread_mutex_t lock;
  block* free;   /* Behind the lock. */
  size_t unused; /* Blocks in the list. Written behind the lock. Atomic. */
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

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->unused = blocks_in(bytes);
  self->free = carve(start, self->unused);
  return LOCKSTEP_OK;
}

static void wait_for_one(const pool* self) {
  for (int polls = 0; polls != kMostPolls; ++polls) {
    if (__atomic_load_n(&self->unused, __ATOMIC_SEQ_CST) != 0) return;
  }
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  wait_for_one(self);
  pthread_mutex_lock(&self->lock);
  block* const one = pop(&self->free);
  if (one != NULL) __atomic_fetch_sub(&self->unused, 1, __ATOMIC_SEQ_CST);
  pthread_mutex_unlock(&self->lock);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  pthread_mutex_lock(&self->lock);
  push(&self->free, freed);
  __atomic_fetch_add(&self->unused, 1, __ATOMIC_SEQ_CST);
  pthread_mutex_unlock(&self->lock);
  return LOCKSTEP_OK;
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool that is polled for a while", LOCKSTEP_THREAD_SAFE,
                 pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
