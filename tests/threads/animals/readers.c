#define _GNU_SOURCE

/* A pool behind a lock that many readers may have at once, or one writer. */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kReadsToWrite,   /* An allocation takes the lock as a reader. */
  kLooksAsAReader, /* And takes as a writer what it saw. */
  kWaitsForReaders /* As a reader, until it is the only one. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  pthread_rwlock_t lock;
  block* free; /* Behind the lock, like `used`. */
  size_t used;
  size_t blocks;
  size_t region_bytes;
  int readers; /* Who want to write. Atomic. */
} pool;

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  pthread_rwlock_init(&self->lock, NULL);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_rwlock_destroy(&self->lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->region_bytes = bytes;
  self->blocks = blocks_in(bytes);
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

static block* take(pool* self) {
  block* const one = pop(&self->free);
  if (one != NULL) ++self->used;
  return one;
}

static block* take_seen(pool* self) {
  pthread_rwlock_rdlock(&self->lock);
  block* const seen = self->free;
  pthread_rwlock_unlock(&self->lock);
  if (seen == NULL) return NULL;
  pthread_rwlock_wrlock(&self->lock);
  self->free = seen->next;
  ++self->used;
  return seen;
}

static block* take_alone(pool* self) {
  pthread_rwlock_rdlock(&self->lock);
  __atomic_fetch_add(&self->readers, 1, __ATOMIC_ACQ_REL);
  while (__atomic_load_n(&self->readers, __ATOMIC_ACQUIRE) != 1) sched_yield();
  pthread_rwlock_unlock(&self->lock);
  pthread_rwlock_wrlock(&self->lock);
  block* const one = take(self);
  __atomic_fetch_sub(&self->readers, 1, __ATOMIC_ACQ_REL);
  return one;
}

static block* take_as_reader(pool* self) {
  pthread_rwlock_rdlock(&self->lock);
  return take(self);
}

static block* take_as_writer(pool* self) {
  pthread_rwlock_wrlock(&self->lock);
  return take(self);
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  block* const one = kFault == kReadsToWrite      ? take_as_reader(self)
                     : kFault == kLooksAsAReader  ? take_seen(self)
                     : kFault == kWaitsForReaders ? take_alone(self)
                                                  : take_as_writer(self);
  if (one != NULL || kFault != kLooksAsAReader) {
    pthread_rwlock_unlock(&self->lock);
  }
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  pthread_rwlock_wrlock(&self->lock);
  push(&self->free, freed);
  --self->used;
  pthread_rwlock_unlock(&self->lock);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  pool* const self = (pool*)state;
  pthread_rwlock_rdlock(&self->lock);
  report(self->region_bytes, self->used, out);
  pthread_rwlock_unlock(&self->lock);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return length_of(self->free) + self->used == self->blocks
             ? NULL
             : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool behind a lock for readers and writers",
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
