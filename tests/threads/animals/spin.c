/* A pool behind a spin lock of its own. */

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kTestsThenSets,  /* Two threads may get the lock. */
  kIgnoresFailure, /* Of the compare-exchange that takes the lock. */
  kUnlocksPlainly, /* By a plain store, before the last write. */
  kUnlocksTwice,   /* The second time, the lock is another's. */
  kAfterYou,       /* Who sees that another wants it lets that one go first. */
  kRelaxedAcquire, /* Schedules cannot show the order of memory. */
  kRelaxedRelease
};
static const enum fault kFault = FAULT;

typedef struct pool {
  int held;
  int wanting; /* How many threads want the lock or have it. */
  block* free; /* Behind the lock, like `used`. */
  size_t used;
  size_t blocks;
  size_t region_bytes;
} pool;

static void enter_after_others(pool* self) {
  __atomic_fetch_add(&self->wanting, 1, __ATOMIC_ACQ_REL);
  while (__atomic_load_n(&self->wanting, __ATOMIC_ACQUIRE) != 1) sched_yield();
}

static void enter_at_once(pool* self) {
  int expected = 0;
  while (__atomic_load_n(&self->held, __ATOMIC_RELAXED) != 0) sched_yield();
  __atomic_compare_exchange_n(&self->held, &expected, 1, 0, __ATOMIC_ACQUIRE,
                              __ATOMIC_RELAXED);
}

static void enter_if_free(pool* self) {
  while (__atomic_load_n(&self->held, __ATOMIC_ACQUIRE) != 0) sched_yield();
  __atomic_store_n(&self->held, 1, __ATOMIC_RELAXED);
}

static void enter(pool* self) {
  if (kFault == kAfterYou) {
    enter_after_others(self);
  } else if (kFault == kIgnoresFailure) {
    enter_at_once(self);
  } else if (kFault == kTestsThenSets) {
    enter_if_free(self);
  } else if (kFault == kRelaxedAcquire) {
    while (__atomic_exchange_n(&self->held, 1, __ATOMIC_RELAXED)) sched_yield();
  } else {
    while (__atomic_exchange_n(&self->held, 1, __ATOMIC_ACQUIRE)) sched_yield();
  }
}

static void leave(pool* self) {
  if (kFault == kAfterYou) {
    __atomic_fetch_sub(&self->wanting, 1, __ATOMIC_ACQ_REL);
  } else if (kFault == kRelaxedRelease) {
    __atomic_store_n(&self->held, 0, __ATOMIC_RELAXED);
  } else if (kFault == kUnlocksPlainly) {
    *(volatile int*)&self->held = 0;
  } else {
    __atomic_store_n(&self->held, 0, __ATOMIC_RELEASE);
  }
}

static lockstep_status create(void* state) {
  *(pool*)state = (pool){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

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
  enter(self);
  block* const one = pop(&self->free);
  if (one == NULL) {
    leave(self);
    return LOCKSTEP_NO_MEMORY;
  }
  if (kFault == kUnlocksPlainly) leave(self);
  ++self->used;
  if (kFault != kUnlocksPlainly) leave(self);
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  enter(self);
  push(&self->free, freed);
  --self->used;
  leave(self);
  if (kFault == kUnlocksTwice) leave(self);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  pool* const self = (pool*)state;
  enter(self);
  report(self->region_bytes, self->used, out);
  leave(self);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return length_of(self->free) + self->used == self->blocks
             ? NULL
             : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool behind a spin lock",
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
