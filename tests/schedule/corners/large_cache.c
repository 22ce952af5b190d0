/* A pool behind a mutex. Each thread has a large cache of its own, which a request
 * for more than a few bytes clears first.
 *
 * To access so much memory is no hang, and that no other thread sees it must not
 * crowd out what others do see: `schedules` must find that nothing is wrong with the
 * honest one, and that blocks overlap where the lock is given up in between. */

#include <pthread.h>
#include <string.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kLooksThenTakes /* The lock is given up in between. */
};
static const enum fault kFault = FAULT;

/* The cache has more than 65,536 words of 8 bytes. */
enum { kCacheBytes = 520 * 1024, kFewBytes = 32 };

typedef struct pool {
  pthread_mutex_t lock;
  block* free; /* Behind the lock. */
} pool;

/* Not static: for all the compiler knows, somebody reads it. */
_Thread_local char cache[kCacheBytes];

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

static block* take(pool* self, size_t bytes) {
  if (bytes > kFewBytes) memset(cache, 0, sizeof cache);
  pthread_mutex_lock(&self->lock);
  block* const one = self->free;
  if (one != NULL) {
    if (kFault == kLooksThenTakes) {
      pthread_mutex_unlock(&self->lock);
      pthread_mutex_lock(&self->lock);
    }
    self->free = one->next;
  }
  pthread_mutex_unlock(&self->lock);
  return one;
}

static void give(pool* self, block* one) {
  pthread_mutex_lock(&self->lock);
  push(&self->free, one);
  pthread_mutex_unlock(&self->lock);
}

#include "tests/schedule/corners/pool_calls.h"

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool with a large cache for each thread",
                 LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
