/* A pool in which each thread has a cache of free blocks. When the thread ends,
 * its cache goes back to the pool.
 *
 *   pool, behind the mutex:  block -> block
 *   cache of thread 1:       block -> block       at most kMostCached
 *   cache of thread 2:       (empty)
 */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kNeverFlushes,        /* When a thread ends. */
  kFlushesTwice,        /* The cache keeps what it has given back. */
  kFlushesToANeighbour, /* Into the cache next to it, which is another's. */
  kClaimsUnlocked       /* Two threads get the same cache. */
};
static const enum fault kFault = FAULT;

enum { kCaches = 10, kMostCached = 2 };

struct pool;
typedef struct cache {
  struct pool* home;
  int is_taken; /* Behind the lock of the pool. */
  block* free;  /* The thread's own, like `length`. */
  size_t length;
} cache;

typedef struct pool {
  pthread_mutex_t lock;
  pthread_key_t key; /* Of the cache that a thread has. */
  block* free;       /* Behind the lock. */
  size_t used;       /* Atomic. */
  size_t blocks;
  size_t region_bytes;
  cache caches[kCaches];
} pool;

static void put(cache* self, block* one) {
  push(&self->free, one);
  ++self->length;
}

static block* take(cache* self) {
  block* const one = pop(&self->free);
  if (one != NULL) --self->length;
  return one;
}

/* The lock is held. */
static void flush(cache* self) {
  pool* const home = self->home;
  if (kFault == kNeverFlushes) {
    self->free = NULL;
  } else if (kFault == kFlushesTwice) {
    block* one = self->free;
    for (; one != NULL && one->next != NULL; one = one->next) continue;
    if (one == NULL) return;
    one->next = home->free;
    home->free = self->free;
    return;
  } else if (kFault == kFlushesToANeighbour) {
    cache* const next =
        self == &home->caches[kCaches - 1] ? home->caches : self + 1;
    while (self->free != NULL) put(next, pop(&self->free));
  } else {
    while (self->free != NULL) push(&home->free, pop(&self->free));
  }
  self->length = 0;
}

/* When a thread ends. */
static void leave(void* thread_cache) {
  cache* const self = thread_cache;
  pthread_mutex_lock(&self->home->lock);
  flush(self);
  self->is_taken = 0;
  pthread_mutex_unlock(&self->home->lock);
}

/* Null if all are taken. */
static cache* claim(pool* self) {
  cache* found = NULL;
  if (kFault != kClaimsUnlocked) pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < kCaches && found == NULL; ++i) {
    if (!self->caches[i].is_taken) found = &self->caches[i];
  }
  if (found != NULL) found->is_taken = 1;
  if (kFault != kClaimsUnlocked) pthread_mutex_unlock(&self->lock);
  return found;
}

static cache* mine(pool* self) {
  cache* found = pthread_getspecific(self->key);
  if (found == NULL) {
    found = claim(self);
    if (found != NULL) pthread_setspecific(self->key, found);
  }
  return found;
}

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  for (size_t i = 0; i < kCaches; ++i) self->caches[i].home = self;
  pthread_mutex_init(&self->lock, NULL);
  pthread_key_create(&self->key, leave);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_key_delete(self->key);
  pthread_mutex_destroy(&self->lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->region_bytes = bytes;
  self->blocks = blocks_in(bytes);
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

/* One block, and one more for the cache. */
static block* refill(pool* self, cache* thread) {
  pthread_mutex_lock(&self->lock);
  block* const one = pop(&self->free);
  if (self->free != NULL) put(thread, pop(&self->free));
  pthread_mutex_unlock(&self->lock);
  return one;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  cache* const thread = mine(self);
  if (thread == NULL) return LOCKSTEP_NO_MEMORY;
  block* one = take(thread);
  if (one == NULL) one = refill(self, thread);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  __atomic_fetch_add(&self->used, 1, __ATOMIC_RELAXED);
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  cache* const thread = mine(self);
  (void)bytes;
  (void)align;
  __atomic_fetch_sub(&self->used, 1, __ATOMIC_RELAXED);
  if (thread != NULL && thread->length < kMostCached) {
    put(thread, freed);
    return LOCKSTEP_OK;
  }
  pthread_mutex_lock(&self->lock);
  push(&self->free, freed);
  pthread_mutex_unlock(&self->lock);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  const pool* const self = state;
  report(self->region_bytes, __atomic_load_n(&self->used, __ATOMIC_RELAXED),
         out);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  size_t blocks = self->used + length_of(self->free);
  for (size_t i = 0; i < kCaches; ++i) {
    const cache* const one = &self->caches[i];
    if (length_of(one->free) != one->length) return "a cache counts its blocks";
    if (!one->is_taken && one->length != 0) return "a cache has a thread";
    blocks += one->length;
  }
  return blocks == self->blocks ? NULL : "blocks are free, cached or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool with a cache for each thread", LOCKSTEP_THREAD_SAFE,
                 pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .statistics = statistics,
    .audit = audit,
};

LOCKSTEP_EXPORT(ANIMAL)
