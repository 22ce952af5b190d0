#ifndef LOCKSTEP_TESTS_SCHEDULE_CORNERS_POOL_CALLS_H_
#define LOCKSTEP_TESTS_SCHEDULE_CORNERS_POOL_CALLS_H_

/* What the pools in this folder do with a list of free blocks. Include it behind the
 * type `pool`, which has the list `free`, and behind these:
 *
 *     static block* take(pool* self, size_t bytes);  null: there is none
 *     static void give(pool* self, block* one);
 */

#include "tests/threads/animals/animal.h"

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->free = carve(start, blocks_in(bytes));
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  block* const one = take(state, bytes);
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

#endif /* LOCKSTEP_TESTS_SCHEDULE_CORNERS_POOL_CALLS_H_ */
