/* A bump allocator that never reuses anything. A request for 7 bytes fails an
 * assertion; one for 9 has no end. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "lockstep/port.h"

typedef struct bump {
  uintptr_t next, end;
} bump;

static lockstep_status create(void* state) {
  *(bump*)state = (bump){0, 0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  *(bump*)state = (bump){(uintptr_t)start, (uintptr_t)start + bytes};
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  bump* const self = state;
  if (bytes == 7) {
    fputs("dying.c:12: assertion failed: seven <is> \"odd\"\n", stderr);
    abort();
  }
  volatile size_t turning = bytes;
  while (turning == 9) {
  }
  const size_t gap = (size_t)(-self->next & (align - 1));
  const size_t room = (size_t)(self->end - self->next);
  const size_t taken = bytes == 0 ? 1 : bytes;
  if (gap > room || taken > room - gap) return LOCKSTEP_NO_MEMORY;
  *block = (void*)(self->next + gap);
  self->next += gap + taken;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state, (void)block, (void)bytes, (void)align;
  return LOCKSTEP_OK;
}

const lockstep_port dying_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "dying",
    .summary = "crashes at 7 bytes, loops at 9",
    .state_bytes = sizeof(bump),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};
