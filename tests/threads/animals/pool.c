/* A pool behind a mutex. How many blocks are used may be read without it, so that
 * a request that finds none left is refused without waiting. What is read may be
 * too few; so the request looks again behind the mutex, and statistics take it. */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kLooksThenTakes,       /* The lock is given up in between. */
  kChecksOutside,        /* There was a block, before the lock was taken. */
  kUnlocksBeforeWriting, /* The new head of the list. */
  kAllocatesUnlocked,
  kFreesUnlocked,
  kIgnoresTrylock, /* Whether it has got the lock. */
  kCountsOutside,  /* The blocks in use. */
  kRefusesLocked,  /* It keeps the lock where another took the last block. */
  kTornStatistics, /* The two counters are not of the same moment. */
  kWalksUnlocked   /* Statistics follow links that are being changed. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  pthread_mutex_t lock;
  block* free;  /* Behind the lock. */
  size_t taken; /* Blocks, so far. Written behind the lock, read by anybody. */
  size_t given; /* Blocks that came back. Likewise. */
  size_t blocks;
  size_t region_bytes;
} pool;

/* If there are others at work, perhaps too few. */
static size_t used_in(const pool* self) {
  const size_t taken = __atomic_load_n(&self->taken, __ATOMIC_RELAXED);
  return taken - __atomic_load_n(&self->given, __ATOMIC_RELAXED);
}

static void count(size_t* counter) {
  const size_t before = __atomic_load_n(counter, __ATOMIC_RELAXED);
  __atomic_store_n(counter, before + 1, __ATOMIC_RELAXED);
}

static void lock(pool* self) {
  if (kFault == kIgnoresTrylock) {
    pthread_mutex_trylock(&self->lock);
  } else {
    pthread_mutex_lock(&self->lock);
  }
}

static void unlock(pool* self) { pthread_mutex_unlock(&self->lock); }

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
  self->region_bytes = bytes;
  self->blocks = blocks_in(bytes);
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

/* The lock is held, but for a fault; not when it returns. */
static block* take(pool* self) {
  block* const one = self->free;
  if (one == NULL && kFault != kChecksOutside) {
    if (kFault != kRefusesLocked) unlock(self);
    return NULL;
  }
  if (kFault == kUnlocksBeforeWriting) unlock(self);
  if (kFault == kLooksThenTakes) {
    unlock(self);
    lock(self);
  }
  self->free = one->next;
  if (kFault == kCountsOutside) unlock(self);
  count(&self->taken);
  if (kFault != kCountsOutside && kFault != kUnlocksBeforeWriting) unlock(self);
  return one;
}

static block* take_unlocked(pool* self) {
  block* const one = pop(&self->free);
  if (one != NULL) count(&self->taken);
  return one;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  if (used_in(self) == self->blocks) return LOCKSTEP_NO_MEMORY;
  if (kFault != kAllocatesUnlocked) lock(self);
  block* const one =
      kFault == kAllocatesUnlocked ? take_unlocked(self) : take(self);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  if (kFault != kFreesUnlocked) lock(self);
  push(&self->free, freed);
  if (kFault == kCountsOutside) unlock(self);
  count(&self->given);
  if (kFault != kFreesUnlocked && kFault != kCountsOutside) unlock(self);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  pool* const self = (pool*)state;
  if (kFault == kWalksUnlocked) {
    report(self->region_bytes, self->blocks - length_of(self->free), out);
    return;
  }
  if (kFault != kTornStatistics) lock(self);
  report(self->region_bytes, used_in(self), out);
  if (kFault != kTornStatistics) unlock(self);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return length_of(self->free) + used_in(self) == self->blocks
             ? NULL
             : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool behind a mutex",
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
