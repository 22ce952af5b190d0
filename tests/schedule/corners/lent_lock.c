#define _GNU_SOURCE

/* A spin lock that one thread takes and another gives up for it, which a semaphore
 * tells that it may. How many bytes are asked for says who calls. Whoever lends the
 * lock also aligns the blocks; a stranger who comes before does not.
 *
 * The lock is free again after another thread than its holder has called unlock.
 * `schedules` must find that the stranger may take it first, and that the block it
 * then gets is not aligned. */

#include <pthread.h>
#include <semaphore.h>

#include "tests/schedule/corners/no_free.h"
#include "tests/threads/animals/animal.h"

/* Each has a block of its own, the one with the number of the bytes. */
enum caller { kLends = 1, kGivesUp = 2, kStranger = 3 };

typedef struct pool {
  pthread_spinlock_t lock;
  sem_t lent;
  char* blocks; /* Behind the lock. */
} pool;

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  pthread_spin_init(&self->lock, PTHREAD_PROCESS_PRIVATE);
  sem_init(&self->lent, 0, 0);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  sem_destroy(&self->lent);
  pthread_spin_destroy(&self->lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  (void)bytes;
  self->blocks = (char*)start + 1;
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (bytes > kStranger || is_too_large(bytes, align)) {
    return LOCKSTEP_INVALID_PARAM;
  }
  if (bytes == kGivesUp) {
    sem_wait(&self->lent);
  } else {
    pthread_spin_lock(&self->lock);
  }
  if (bytes == kLends) --self->blocks;
  *out = self->blocks + bytes * kBlockBytes;
  if (bytes == kLends) {
    sem_post(&self->lent);
  } else {
    pthread_spin_unlock(&self->lock);
  }
  return LOCKSTEP_OK;
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a lock that another thread gives up", LOCKSTEP_THREAD_SAFE,
                 pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
