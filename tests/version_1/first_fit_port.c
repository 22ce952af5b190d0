/* The first-fit free list behind the door: docs/porting.md. */

#include "lockstep/port.h"
#include "ports/first_fit/first_fit.h"

static lockstep_status create(void* state) {
  first_fit* const heap = state;
  heap->spans = NULL;
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status add(void* state, void* start, size_t bytes) {
  first_fit_add(state, start, bytes);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  void* const found = first_fit_allocate(state, bytes, align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)align;
  return first_fit_free(state, block, bytes) ? LOCKSTEP_OK
                                             : LOCKSTEP_NOT_ALLOCATED;
}

static const char* audit(const void* state) { return first_fit_audit(state); }

const lockstep_port first_fit_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "first_fit",
    .summary = "a free list in the order of addresses, in plain C",
    .capabilities = LOCKSTEP_FITS_AGAIN | LOCKSTEP_RESTORES |
                    LOCKSTEP_SNAPSHOTS | LOCKSTEP_DETECTS_NULL |
                    LOCKSTEP_DETECTS_FREE_AGAIN,
    .state_bytes = sizeof(first_fit),
    .unit_bytes = FIRST_FIT_UNIT,
    .create = create,
    .destroy = destroy,
    .init = add,
    .add = add,
    .allocate = allocate,
    .deallocate = deallocate,
    .audit = audit,
};
