/* A pool behind a mutex, which gives many blocks at once: all of them or none. */

#include <pthread.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kCountsFirst,  /* How many there are, and then takes them one by one. */
  kHoldsPart,    /* Of a batch, and waits until another batch ends. */
  kCountsOutside /* What a batch has given back. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  pthread_mutex_t lock;
  block* free; /* Behind the lock, like `length`. */
  size_t length;
  size_t batches; /* That are under way. Atomic. */
  size_t blocks;
  size_t region_bytes;
} pool;

static block* take(pool* self) {
  pthread_mutex_lock(&self->lock);
  block* const one = pop(&self->free);
  if (one != NULL) --self->length;
  pthread_mutex_unlock(&self->lock);
  return one;
}

static void give(pool* self, block* one) {
  pthread_mutex_lock(&self->lock);
  push(&self->free, one);
  ++self->length;
  pthread_mutex_unlock(&self->lock);
}

static size_t length(pool* self) {
  pthread_mutex_lock(&self->lock);
  const size_t found = self->length;
  pthread_mutex_unlock(&self->lock);
  return found;
}

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
  self->length = self->blocks;
  self->free = carve(start, self->blocks);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  block* const one = take(state);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  (void)bytes;
  (void)align;
  give(state, freed);
  return LOCKSTEP_OK;
}

static int take_all(pool* self, size_t count, void** out) {
  pthread_mutex_lock(&self->lock);
  const int is_served = count <= self->length;
  if (is_served) {
    self->length -= count;
    for (size_t i = 0; i < count; ++i) out[i] = pop(&self->free);
  }
  pthread_mutex_unlock(&self->lock);
  return is_served;
}

static int take_counted(pool* self, size_t count, void** out) {
  if (length(self) < count) return 0;
  for (size_t i = 0; i < count; ++i) out[i] = take(self);
  return 1;
}

/* What is missing may come back when another batch gives up. */
static int take_patiently(pool* self, size_t count, void** out) {
  size_t held = 0;
  __atomic_fetch_add(&self->batches, 1, __ATOMIC_ACQ_REL);
  while (held < count) {
    block* const one = take(self);
    if (one != NULL) {
      out[held++] = one;
    } else if (__atomic_load_n(&self->batches, __ATOMIC_ACQUIRE) == 1) {
      break;
    } else {
      sched_yield();
    }
  }
  if (held < count) {
    while (held != 0) give(self, out[--held]);
  }
  __atomic_fetch_sub(&self->batches, 1, __ATOMIC_ACQ_REL);
  return held == count;
}

static lockstep_status allocate_many(void* state, size_t count, size_t bytes,
                                     size_t align, void** out, size_t* served) {
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  if (count > kMostBlocks) return LOCKSTEP_NO_MEMORY;
  void* taken[kMostBlocks];
  const int is_served =
      kFault == kCountsFirst ? take_counted(state, count, taken)
      : kFault == kHoldsPart ? take_patiently(state, count, taken)
                             : take_all(state, count, taken);
  if (!is_served) return LOCKSTEP_NO_MEMORY;
  for (size_t i = 0; i < count; ++i) out[i] = taken[i];
  *served = count;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate_many(void* state, void* const* freed,
                                       size_t count, size_t bytes,
                                       size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  pthread_mutex_lock(&self->lock);
  for (size_t i = 0; i < count; ++i) push(&self->free, freed[i]);
  if (kFault == kCountsOutside) pthread_mutex_unlock(&self->lock);
  self->length += count;
  if (kFault != kCountsOutside) pthread_mutex_unlock(&self->lock);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  pool* const self = (pool*)state;
  report(self->region_bytes, self->blocks - length(self), out);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return length_of(self->free) == self->length ? NULL
                                               : "free blocks are counted";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool that gives many blocks at once",
                 LOCKSTEP_THREAD_SAFE | LOCKSTEP_RESTORES, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .statistics = statistics,
    .audit = audit,
    .allocate_many = allocate_many,
    .deallocate_many = deallocate_many,
};

LOCKSTEP_EXPORT(ANIMAL)
