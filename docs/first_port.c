#include <stddef.h>
#include <stdint.h>

#include "lockstep/port.h"

/* A bump allocator: each block begins where the one before it ended. When no
 * block is live any more, it starts over. */
typedef struct bump {
  uintptr_t start, next, end;
  size_t live_blocks;
} bump;

static lockstep_status create(void* state) {
  *(bump*)state = (bump){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  const uintptr_t first = (uintptr_t)start;
  *(bump*)state = (bump){.start = first, .next = first, .end = first + bytes};
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  bump* const self = state;
  const size_t gap = (size_t)(-self->next & (align - 1));
  const size_t room = (size_t)(self->end - self->next);
  const size_t taken = bytes == 0 ? 1 : bytes; /* Zero bytes need one, too. */
  if (gap > room || taken > room - gap) return LOCKSTEP_NO_MEMORY;
  *block = (void*)(self->next + gap);
  self->next += gap + taken;
  ++self->live_blocks;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  bump* const self = state;
  (void)block, (void)bytes, (void)align;
  if (--self->live_blocks == 0) self->next = self->start;
  return LOCKSTEP_OK;
}

const lockstep_port first_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "first",
    .capabilities = LOCKSTEP_RESTORES, /* Each bit is a promise. */
    .state_bytes = sizeof(bump),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};
