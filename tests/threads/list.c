/* A list of free cells of one size, for threads, and the same with a fault each:
 * -DFAULT=..., -DLIST=name. What the honest one promises, they promise as well.
 *
 *   region:  | cell | cell | cell | ...    free -> cell -> cell -> null
 */

#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <string.h>

#include "lockstep/port.h"

#define HONEST 0
/* Nobody takes the lock. */
#define NO_LOCK 1
/* Frees take two locks in the other order than allocations do. */
#define LOCK_ORDER 2
/* A fork leaves the lock as it is. */
#define FORGETS_FORK 3
/* The lock is given up between the look at the list and the take. */
#define LETS_GO 4
/* There is no promise that several threads may call. */
#define PROMISES_NOTHING 5
/* A block for which a whole cell is to be aligned begins in the middle of one, if
 * another thread asks than the one that gave the region: in every run. */
#define MISPLACES 6

enum { CELL_BYTES = 64 };

typedef struct cell {
  struct cell* next;
} cell;

typedef struct list {
  cell* free;
  size_t cells;
  size_t used;
  pthread_t first; /* The thread that gave the region. */
} list;

static pthread_mutex_t first_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t second_lock = PTHREAD_MUTEX_INITIALIZER;

static unsigned calls; /* Of the honest one, which counts with both locks. */

static void lock_both(int is_free) {
  pthread_mutex_t* one = &first_lock;
  pthread_mutex_t* other = &second_lock;
  if (FAULT == NO_LOCK) return;
  if (FAULT == LOCK_ORDER && is_free) {
    one = &second_lock;
    other = &first_lock;
  }
  pthread_mutex_lock(one);
  if (FAULT == LOCK_ORDER) sched_yield();
  pthread_mutex_lock(other);
  if (FAULT == FORGETS_FORK) sched_yield();
  /* So that calls of several threads overlap even on one processor. Only one call in
   * 64, because on a busy machine each yield takes long. */
  if (FAULT == HONEST && ++calls % 64 == 0) sched_yield();
}

static void unlock_both(void) {
  if (FAULT == NO_LOCK) return;
  pthread_mutex_unlock(&second_lock);
  pthread_mutex_unlock(&first_lock);
}

static void before_fork(void) { lock_both(0); }

__attribute__((constructor)) static void mind_forks(void) {
  if (FAULT != FORGETS_FORK) {
    pthread_atfork(before_fork, unlock_both, unlock_both);
  }
}

static lockstep_status create(void* state) {
  memset(state, 0, sizeof(list));
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  list* self = state;
  const uintptr_t begin =
      ((uintptr_t)start + CELL_BYTES - 1) / CELL_BYTES * CELL_BYTES;
  const uintptr_t end = ((uintptr_t)start + bytes) / CELL_BYTES * CELL_BYTES;
  self->first = pthread_self();
  for (uintptr_t at = end; at > begin; at -= CELL_BYTES) {
    cell* one = (cell*)(at - CELL_BYTES);
    one->next = self->free;
    self->free = one;
    ++self->cells;
  }
  return LOCKSTEP_OK;
}

/* Where a thread that has no lock meets the others. */
static void meet(void) {
  if (FAULT == NO_LOCK) sched_yield();
  if (FAULT == LETS_GO) {
    unlock_both();
    sched_yield();
    lock_both(0);
  }
}

static int is_misplaced(const list* self, size_t bytes, size_t align) {
  return FAULT == MISPLACES && align == CELL_BYTES && bytes <= CELL_BYTES / 2 &&
         !pthread_equal(self->first, pthread_self());
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  list* self = state;
  if (bytes > CELL_BYTES || align > CELL_BYTES) return LOCKSTEP_INVALID_PARAM;
  lock_both(0);
  cell* const taken = self->free;
  if (taken != NULL) {
    cell* const next = taken->next;
    meet();
    self->free = next;
    ++self->used;
    *block = (unsigned char*)taken +
             (is_misplaced(self, bytes, align) ? CELL_BYTES / 2 : 0);
  }
  unlock_both();
  return taken == NULL ? LOCKSTEP_NO_MEMORY : LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  list* self = state;
  cell* const one = (cell*)((uintptr_t)block / CELL_BYTES * CELL_BYTES);
  (void)bytes;
  (void)align;
  lock_both(1);
  one->next = self->free;
  self->free = one;
  --self->used;
  unlock_both();
  return LOCKSTEP_OK;
}

static lockstep_status usable(const void* state, size_t bytes, size_t align,
                              size_t* min, size_t* max) {
  (void)state;
  if (bytes > CELL_BYTES || align > CELL_BYTES) return LOCKSTEP_INVALID_PARAM;
  *min = *max = CELL_BYTES;
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  const list* self = state;
  lock_both(0);
  out->total = self->cells * CELL_BYTES;
  out->used = self->used * CELL_BYTES;
  out->available = out->total - out->used;
  unlock_both();
}

static const char* audit(const void* state) {
  const list* self = state;
  size_t free = 0;
  for (const cell* at = self->free; at != NULL && free <= self->cells;
       at = at->next) {
    ++free;
  }
  return free + self->used == self->cells ? NULL : "a cell is lost";
}

#define FOR_THREADS              \
  (FAULT == PROMISES_NOTHING ? 0 \
                             : LOCKSTEP_THREAD_SAFE | LOCKSTEP_SURVIVES_FORK)
#define NAME_OF(name) #name
#define NAME(name) NAME_OF(name)

const lockstep_port LIST = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(LIST),
    .summary = "cells of one size in a list, for threads",
    .capabilities = LOCKSTEP_FITS_AGAIN | LOCKSTEP_RESTORES | FOR_THREADS,
    .state_bytes = sizeof(list),
    .unit_bytes = CELL_BYTES,
    .max_request_bytes = CELL_BYTES,
    .max_request_align = CELL_BYTES,
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .usable = usable,
    .statistics = statistics,
    .audit = audit,
};

#ifdef EXPORTED
LOCKSTEP_EXPORT(LIST)
#endif
