/* Slots, each with a mark that says whether it is used. A request looks for one that
 * is not and then marks it, so two threads may both find the same. Before each slot
 * it asks whether the pool is closing, and always hears the same.
 *
 * A loop that asks the same again and again need not be one that waits: `schedules`
 * must find that blocks overlap. */

#include "tests/threads/animals/animal.h"

typedef struct pool {
  int is_closing; /* Atomic. It never is. */
  int is_used[kMostBlocks];
  size_t blocks;
  void* start;
} pool;

static lockstep_status create(void* state) {
  *(pool*)state = (pool){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->blocks = blocks_in(bytes);
  self->start = start;
  return LOCKSTEP_OK;
}

static int is_closing(const pool* self) {
  return __atomic_load_n(&self->is_closing, __ATOMIC_SEQ_CST);
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  for (size_t i = 0; i != self->blocks && !is_closing(self); ++i) {
    if (self->is_used[i]) continue;
    self->is_used[i] = 1;
    *out = block_at(self->start, i);
    return LOCKSTEP_OK;
  }
  return LOCKSTEP_NO_MEMORY;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes;
  (void)align;
  const ptrdiff_t offset = (char*)freed - (char*)self->start;
  self->is_used[offset / kBlockBytes] = 0;
  return LOCKSTEP_OK;
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("slots that are looked at and then marked",
                 LOCKSTEP_THREAD_SAFE, pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};

LOCKSTEP_EXPORT(ANIMAL)
