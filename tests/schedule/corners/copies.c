/* A table of marks, and a copy of it. A request for one byte copies the whole table,
 * any other sets its mark in the table and in the copy. There is no lock.
 *
 * To copy memory is not one step. `schedules` must find by the audit that a mark may
 * be missing in the copy: if it is set in both after the copying has read it, and
 * before it writes. */

#include <string.h>

#include "tests/schedule/corners/no_free.h"
#include "tests/threads/animals/animal.h"

enum { kCopies = 1, kMarks = 1024 };

typedef struct pool {
  char table[kMarks];
  char copy[kMarks];
  void* start;
} pool;

static lockstep_status create(void* state) {
  *(pool*)state = (pool){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  (void)bytes;
  self->start = start;
  return LOCKSTEP_OK;
}

static void set_first(char* marks) { *(volatile char*)marks = 1; }

/* Each number of bytes has a block of its own. */
static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (bytes > kMostBlocks || is_too_large(bytes, align)) {
    return LOCKSTEP_INVALID_PARAM;
  }
  if (bytes == kCopies) {
    memcpy(self->copy, self->table, kMarks);
  } else {
    set_first(self->table);
    set_first(self->copy);
  }
  *out = block_at(self->start, bytes);
  return LOCKSTEP_OK;
}

static const char* audit(const void* state) {
  const pool* const self = state;
  return memcmp(self->table, self->copy, kMarks) == 0
             ? NULL
             : "the copy has the marks of the table";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE("a table that is copied without a lock", LOCKSTEP_THREAD_SAFE,
                 pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .audit = audit,
};

LOCKSTEP_EXPORT(ANIMAL)
