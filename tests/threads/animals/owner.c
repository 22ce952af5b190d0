/* A pool in which a block belongs to the thread that allocated it. Who frees the
 * block of another thread puts it on a list of that thread's, without a lock.
 *
 *   pool, behind the mutex:  block -> block
 *   thread 1:   own list     block
 *               from others  block -> block       whoever takes it takes it whole
 *   thread 2:   own list     (empty)
 *               from others  (empty)
 */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kLosesFromOthers,      /* Two that free at once: one block is lost. */
  kTakesFromOthersTwice, /* Two that take the list at once both get it. */
  kFreesIntoOwnList,     /* Of the other thread, which knows nothing of it. */
  kForgetsTheDead        /* What comes back after the thread has ended. */
};
static const enum fault kFault = FAULT;

enum { kOwners = 10 };

struct pool;
typedef struct owner {
  struct pool* home;
  int is_taken;       /* Behind the lock of the pool. */
  block* free;        /* The thread's own. */
  block* from_others; /* Atomic. */
} owner;

typedef struct pool {
  pthread_mutex_t lock;
  pthread_key_t key; /* Of the owner that a thread is. */
  block* free;       /* Behind the lock. */
  size_t used;       /* Atomic. */
  char* start;
  size_t blocks;
  size_t region_bytes;
  owner* owner_of[kMostBlocks]; /* Of a block that is live. */
  owner owners[kOwners];
} pool;

static size_t index_of(const pool* self, const void* one) {
  return (size_t)((const char*)one - self->start) / kBlockBytes;
}

static void put_from_another(owner* self, block* one) {
  block* head = __atomic_load_n(&self->from_others, __ATOMIC_RELAXED);
  if (kFault == kLosesFromOthers) {
    one->next = head;
    __atomic_store_n(&self->from_others, one, __ATOMIC_RELEASE);
    return;
  }
  do {
    one->next = head;
  } while (!__atomic_compare_exchange_n(&self->from_others, &head, one, 1,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static block* take_from_others(owner* self) {
  if (kFault == kTakesFromOthersTwice) {
    block* const all = __atomic_load_n(&self->from_others, __ATOMIC_ACQUIRE);
    __atomic_store_n(&self->from_others, NULL, __ATOMIC_RELEASE);
    return all;
  }
  return __atomic_exchange_n(&self->from_others, NULL, __ATOMIC_ACQUIRE);
}

/* When a thread ends. */
static void leave(void* thread) {
  owner* const self = thread;
  pool* const home = self->home;
  pthread_mutex_lock(&home->lock);
  block* rest = take_from_others(self);
  while (self->free != NULL) push(&home->free, pop(&self->free));
  while (rest != NULL) push(&home->free, pop(&rest));
  self->is_taken = 0;
  pthread_mutex_unlock(&home->lock);
}

/* Null if there are too many threads. */
static owner* me(pool* self) {
  owner* found = pthread_getspecific(self->key);
  if (found != NULL) return found;
  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < kOwners && found == NULL; ++i) {
    if (!self->owners[i].is_taken) found = &self->owners[i];
  }
  if (found != NULL) found->is_taken = 1;
  pthread_mutex_unlock(&self->lock);
  if (found != NULL) pthread_setspecific(self->key, found);
  return found;
}

static lockstep_status create(void* state) {
  pool* const self = state;
  *self = (pool){0};
  for (size_t i = 0; i < kOwners; ++i) self->owners[i].home = self;
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
  self->start = start;
  self->blocks = blocks_in(bytes);
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

/* From the pool, or of what came back to threads. */
static block* refill(pool* self, owner* thread) {
  pthread_mutex_lock(&self->lock);
  block* one = pop(&self->free);
  for (size_t i = 0; i < kOwners && one == NULL; ++i) {
    if (kFault == kForgetsTheDead && !self->owners[i].is_taken) continue;
    block* rest = take_from_others(&self->owners[i]);
    one = pop(&rest);
    while (rest != NULL) push(&thread->free, pop(&rest));
  }
  pthread_mutex_unlock(&self->lock);
  return one;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  owner* const thread = me(self);
  if (thread == NULL) return LOCKSTEP_NO_MEMORY;
  if (thread->free == NULL) thread->free = take_from_others(thread);
  block* one = pop(&thread->free);
  if (one == NULL) one = refill(self, thread);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  self->owner_of[index_of(self, one)] = thread;
  __atomic_fetch_add(&self->used, 1, __ATOMIC_RELAXED);
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  owner* const its = self->owner_of[index_of(self, freed)];
  (void)bytes;
  (void)align;
  __atomic_fetch_sub(&self->used, 1, __ATOMIC_RELAXED);
  if (its == me(self) || kFault == kFreesIntoOwnList) {
    push(&its->free, freed);
  } else {
    put_from_another(its, freed);
  }
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
  for (size_t i = 0; i < kOwners; ++i) {
    const owner* const one = &self->owners[i];
    if (!one->is_taken && one->free != NULL) return "a list has a thread";
    blocks += length_of(one->free) + length_of(one->from_others);
  }
  return blocks == self->blocks ? NULL : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool with blocks that belong to threads",
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
