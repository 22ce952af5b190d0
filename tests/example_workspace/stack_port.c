/* The stack behind the door. */

#include "lockstep/port.h"
#include "stack.h"

static lockstep_status create(void* state) {
  *(stack*)state = (stack){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  stack_give(state, start, bytes);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  void* const found = stack_allocate(state, bytes, align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)align;
  return stack_free(state, block, bytes) ? LOCKSTEP_OK : LOCKSTEP_NOT_ALLOCATED;
}

const lockstep_port stack_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "stack",
    .summary = "blocks one behind the other",
    .capabilities = LOCKSTEP_RESTORES | LOCKSTEP_SNAPSHOTS |
                    LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN,
    .state_bytes = sizeof(stack),
    .state_align = _Alignof(stack),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};
