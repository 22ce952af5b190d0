#define _GNU_SOURCE

/* A pool behind two locks, which an allocation and a free take in opposite orders.
 * The second one they want only for a millisecond; then they give up the first, and
 * begin again.
 *
 * `schedules` must find that nothing is wrong: a wait with a time limit is no
 * deadlock. But it need not have run every schedule, for there is no end to how often
 * they may begin again. */

#include <pthread.h>
#include <time.h>

#include "tests/threads/animals/animal.h"

enum { kLimitNanoseconds = 1000 * 1000, kSecond = 1000 * 1000 * 1000 };

typedef struct pool {
  pthread_mutex_t left;
  pthread_mutex_t right;
  block* free; /* Behind both locks. */
} pool;

static struct timespec limit(void) {
  struct timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  time.tv_nsec += kLimitNanoseconds;
  if (time.tv_nsec >= kSecond) {
    time.tv_nsec -= kSecond;
    ++time.tv_sec;
  }
  return time;
}

static void lock(pthread_mutex_t* first, pthread_mutex_t* second) {
  for (;;) {
    pthread_mutex_lock(first);
    const struct timespec until = limit();
    if (pthread_mutex_timedlock(second, &until) == 0) return;
    pthread_mutex_unlock(first);
  }
}

static void unlock(pool* self) {
  pthread_mutex_unlock(&self->left);
  pthread_mutex_unlock(&self->right);
}

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  pthread_mutex_init(&self->left, NULL);
  pthread_mutex_init(&self->right, NULL);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_mutex_destroy(&self->right);
  pthread_mutex_destroy(&self->left);
}

static block* take(pool* self, size_t bytes) {
  (void)bytes;
  lock(&self->left, &self->right);
  block* const one = pop(&self->free);
  unlock(self);
  return one;
}

static void give(pool* self, block* one) {
  lock(&self->right, &self->left);
  push(&self->free, one);
  unlock(self);
}

#include "tests/schedule/corners/pool_calls.h"

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool behind two locks with a time limit",
                 LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
