/* A pool behind a mutex. Before the process forks, the lock of each pool is taken,
 * and afterwards it is given up in the parent and in the child. */

#include <pthread.h>
#include <sched.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kForksAnyhow, /* Another thread may have the lock, for ever in the child. */
  kStartsAnew   /* The child takes a new lock, whatever was half done. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  pthread_mutex_t lock;
  block* free; /* Behind the lock, like all that follows. */
  size_t used;
  size_t blocks;
  size_t region_bytes;
  struct pool* next;
} pool;

/* The pools of this process. */
static pthread_mutex_t pools_lock = PTHREAD_MUTEX_INITIALIZER;
static pool* pools;

static void before_fork(void) {
  pthread_mutex_lock(&pools_lock);
  if (kFault != kHonest) return;
  for (pool* one = pools; one != NULL; one = one->next) {
    pthread_mutex_lock(&one->lock);
  }
}

static void after_fork(void) {
  if (kFault == kHonest) {
    for (pool* one = pools; one != NULL; one = one->next) {
      pthread_mutex_unlock(&one->lock);
    }
  }
  pthread_mutex_unlock(&pools_lock);
}

static void after_fork_in_child(void) {
  if (kFault == kStartsAnew) {
    for (pool* one = pools; one != NULL; one = one->next) {
      pthread_mutex_init(&one->lock, NULL);
    }
  }
  after_fork();
}

static void watch_forks(void) {
  pthread_atfork(before_fork, after_fork, after_fork_in_child);
}

static lockstep_status create(void* state) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pool* const self = state;
  *self = (pool){0};
  pthread_mutex_init(&self->lock, NULL);
  pthread_once(&once, watch_forks);
  pthread_mutex_lock(&pools_lock);
  self->next = pools;
  pools = self;
  pthread_mutex_unlock(&pools_lock);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  pool* const self = state;
  pthread_mutex_lock(&pools_lock);
  pool** link = &pools;
  while (*link != self) link = &(*link)->next;
  *link = self->next;
  pthread_mutex_unlock(&pools_lock);
  pthread_mutex_destroy(&self->lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->region_bytes = bytes;
  self->blocks = blocks_in(bytes);
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

/* Takes the list away while it works on it. It lets others run meanwhile, so that a
 * fork may come in the middle. */
static void count(pool* self) {
  block* const all = self->free;
  self->free = NULL;
  sched_yield();
  self->used = self->blocks - length_of(all);
  self->free = all;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  pthread_mutex_lock(&self->lock);
  block* one = NULL;
  if (self->used < self->blocks) {
    one = self->free;
    self->free = one->next;
    count(self);
  }
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
  count(self);
  pthread_mutex_unlock(&self->lock);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  pool* const self = (pool*)state;
  pthread_mutex_lock(&self->lock);
  report(self->region_bytes, self->used, out);
  pthread_mutex_unlock(&self->lock);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return length_of(self->free) + self->used == self->blocks
             ? NULL
             : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE(
        "a pool that survives a fork",
        LOCKSTEP_THREAD_SAFE | LOCKSTEP_SURVIVES_FORK | LOCKSTEP_RESTORES,
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
