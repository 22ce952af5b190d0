/* The port of my_alloc.c and of its drafts with a fault: MY_ALLOC_TABLE is the
 * name of the table. Its state is in a global, so one instance lives at a time. */

#include <stddef.h>

#include "lockstep/port.h"

void my_init(void* memory, size_t bytes);
void* my_malloc(size_t bytes);
void my_free(void* block);

static lockstep_status create(void* state) {
  (void)state;
  my_init(NULL, 0);
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  (void)state;
  my_init(start, bytes);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  (void)state;
  (void)align;
  void* const found = my_malloc(bytes);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)bytes;
  (void)align;
  my_free(block);
  return LOCKSTEP_OK;
}

#define TEXT(name) #name
#define NAME(name) TEXT(name)

const lockstep_port MY_ALLOC_TABLE = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(MY_ALLOC_TABLE),
    .summary = "first fit in one C file, 16 bytes of header",
    .capabilities = LOCKSTEP_ONE_INSTANCE,
    .max_request_align = 16,
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};
