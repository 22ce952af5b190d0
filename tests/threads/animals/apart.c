/* A pool without locks: each thread has one of its own. */

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kSharesWhatItFound, /* In a global, between the look and the take. */
  kSharesTheCount     /* Of blocks in use: it is that of all pools. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  block* free;
  size_t used;
  size_t blocks;
  size_t region_bytes;
} pool;

static block* volatile found; /* Read as often as it is written here. */
static size_t used_by_all;

static void count(pool* self, size_t more) {
  if (kFault == kSharesTheCount) {
    used_by_all += more;
    self->used = used_by_all;
  } else {
    self->used += more;
  }
}

static lockstep_status create(void* state) {
  *(pool*)state = (pool){0};
  if (kFault == kSharesTheCount) used_by_all = 0;
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

static block* take(pool* self) {
  if (kFault != kSharesWhatItFound) return pop(&self->free);
  found = self->free;
  if (found == NULL) return NULL;
  self->free = found->next;
  return found;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  block* const one = take(self);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  count(self, 1);
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  push(&self->free, freed);
  count(self, (size_t)0 - 1);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  const pool* const self = state;
  report(self->region_bytes, self->used, out);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return length_of(self->free) + self->used == self->blocks
             ? NULL
             : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a pool for one thread, of which each has one",
                 LOCKSTEP_THREADS_APART | LOCKSTEP_RESTORES, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .statistics = statistics,
    .audit = audit,
};

LOCKSTEP_EXPORT(ANIMAL)
