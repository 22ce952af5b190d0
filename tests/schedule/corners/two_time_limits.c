/* Requests that wait, with a time limit, for what does not come. How many bytes are
 * asked for says who calls. Who gives up first aligns the blocks for all that follow;
 * but if it is the hasty one, its own block was chosen before.
 *
 * Which of two waits times out first is not for `schedules` to decide: it must find
 * that a block may not be aligned, or not say that it ran every schedule. */

#include <pthread.h>
#include <time.h>

#include "tests/schedule/corners/no_free.h"
#include "tests/threads/animals/animal.h"

/* Each has a block of its own, the one with the number of the bytes. */
enum caller { kPatient = 1, kHasty = 2 };

typedef struct pool {
  pthread_mutex_t lock;
  pthread_cond_t never;
  char* blocks; /* Behind the lock. */
  int is_aligned;
} pool;

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  pthread_mutex_init(&self->lock, NULL);
  pthread_cond_init(&self->never, NULL);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_cond_destroy(&self->never);
  pthread_mutex_destroy(&self->lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  (void)bytes;
  self->blocks = (char*)start + 1;
  return LOCKSTEP_OK;
}

static void align_blocks(pool* self) {
  if (!self->is_aligned) --self->blocks;
  self->is_aligned = 1;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (bytes > kHasty || is_too_large(bytes, align)) {
    return LOCKSTEP_INVALID_PARAM;
  }
  const struct timespec long_ago = {0};
  pthread_mutex_lock(&self->lock);
  pthread_cond_timedwait(&self->never, &self->lock, &long_ago);
  if (bytes == kPatient) align_blocks(self);
  *out = self->blocks + bytes * kBlockBytes;
  align_blocks(self);
  pthread_mutex_unlock(&self->lock);
  return LOCKSTEP_OK;
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("requests that give up waiting", LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
