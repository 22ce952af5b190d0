/* The first-fit free list for several threads behind the door: docs/porting.md,
 * "Threads". */

#include "lockstep/port.h"
#include "ports/first_fit/locked_fit.h"

static lockstep_status create(void* state) {
  locked_fit_begin(state);
  return LOCKSTEP_OK;
}

static void destroy(void* state) { locked_fit_end(state); }

/* While no other thread is in a call. */
static lockstep_status add(void* state, void* start, size_t bytes) {
  first_fit_add(&((locked_fit*)state)->heap, start, bytes);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  void* const found = locked_fit_allocate(state, bytes, align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)align;
  return locked_fit_free(state, block, bytes) ? LOCKSTEP_OK
                                              : LOCKSTEP_NOT_ALLOCATED;
}

/* As add. */
static const char* audit(const void* state) {
  return first_fit_audit(&((const locked_fit*)state)->heap);
}

/* Without SNAPSHOTS: a mutex may not be copied. */
extern const lockstep_port first_fit_locked_port;
const lockstep_port first_fit_locked_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "first_fit_locked",
    .summary = "first_fit behind a mutex, for several threads",
    .capabilities = LOCKSTEP_FITS_AGAIN | LOCKSTEP_RESTORES |
                    LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FREE_AGAIN |
                    LOCKSTEP_THREAD_SAFE,
    .state_bytes = sizeof(locked_fit),
    .state_align = _Alignof(locked_fit),
    .unit_bytes = FIRST_FIT_UNIT,
    .create = create,
    .destroy = destroy,
    .init = add,
    .add = add,
    .allocate = allocate,
    .deallocate = deallocate,
    .audit = audit,
};

LOCKSTEP_EXPORT(first_fit_locked_port)
