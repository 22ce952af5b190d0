/* A pool with two locks: of the list of free blocks, and of the books. Who needs
 * both takes that of the list first. */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kOtherOrder,     /* Statistics take the lock of the books first. */
  kOneAfterAnother /* The two counters are not of the same moment. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  pthread_mutex_t list_lock;
  block* free;
  pthread_mutex_t books_lock;
  size_t taken; /* Blocks, so far. */
  size_t given; /* Blocks that came back. */
  size_t blocks;
  size_t region_bytes;
} pool;

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  pthread_mutex_init(&self->list_lock, NULL);
  pthread_mutex_init(&self->books_lock, NULL);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_mutex_destroy(&self->books_lock);
  pthread_mutex_destroy(&self->list_lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->region_bytes = bytes;
  self->blocks = blocks_in(bytes);
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  pthread_mutex_lock(&self->list_lock);
  block* const one = pop(&self->free);
  if (one != NULL) {
    pthread_mutex_lock(&self->books_lock);
    ++self->taken;
    pthread_mutex_unlock(&self->books_lock);
  }
  pthread_mutex_unlock(&self->list_lock);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  pthread_mutex_lock(&self->list_lock);
  push(&self->free, freed);
  pthread_mutex_lock(&self->books_lock);
  ++self->given;
  pthread_mutex_unlock(&self->books_lock);
  pthread_mutex_unlock(&self->list_lock);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  pool* const self = (pool*)state;
  pthread_mutex_t* const first =
      kFault == kOtherOrder ? &self->books_lock : &self->list_lock;
  pthread_mutex_t* const second =
      kFault == kOtherOrder ? &self->list_lock : &self->books_lock;
  if (kFault != kOneAfterAnother) pthread_mutex_lock(first);
  pthread_mutex_lock(second);
  const size_t taken = self->taken;
  if (kFault == kOneAfterAnother) {
    pthread_mutex_unlock(second);
    pthread_mutex_lock(second);
  }
  report(self->region_bytes, taken - self->given, out);
  pthread_mutex_unlock(second);
  if (kFault != kOneAfterAnother) pthread_mutex_unlock(first);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  const size_t used = self->taken - self->given;
  return length_of(self->free) + used == self->blocks
             ? NULL
             : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool with two locks",
                 LOCKSTEP_THREAD_SAFE | LOCKSTEP_RESTORES, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .statistics = statistics,
    .audit = audit,
};

LOCKSTEP_EXPORT(ANIMAL)
