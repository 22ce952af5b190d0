/* Ports that a shared library exports: a bump allocator, as it should be and
 * with a bug, or what is wrong with a library. */

#include <stddef.h>
#include <stdint.h>

#include "lockstep/port.h"

typedef struct bump {
  uintptr_t next;
  uintptr_t end;
  unsigned open_doors;
} bump;

static lockstep_status create(void* state) {
  *(bump*)state = (bump){0, 0, 0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  *(bump*)state = (bump){(uintptr_t)start, (uintptr_t)start + bytes, 0};
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  bump* const self = state;
  const uintptr_t start = (self->next + align - 1) & ~(uintptr_t)(align - 1);
  const size_t asked = bytes == 0 ? 1 : bytes;
  if (start < self->next || start > self->end || asked > self->end - start) {
    return LOCKSTEP_NO_MEMORY;
  }
  self->next = start + asked;
  *block = (void*)start;
  return LOCKSTEP_OK;
}

/* Of large blocks the bytes are forgotten. */
static lockstep_status allocate_short(void* state, size_t bytes, size_t align,
                                      void** block) {
  const lockstep_status status = allocate(state, bytes, align, block);
  if (status == LOCKSTEP_OK && bytes > 16) ((bump*)state)->next -= bytes;
  return status;
}

/* Of large blocks there is no end to the search. */
static lockstep_status allocate_for_ever(void* state, size_t bytes,
                                         size_t align, void** block) {
  volatile int found = 0;
  while (bytes > 16 && !found) {
  }
  return allocate(state, bytes, align, block);
}

/* Behind three doors, which three sizes in a row open, bytes are forgotten. */
static lockstep_status allocate_behind_doors(void* state, size_t bytes,
                                             size_t align, void** block) {
  bump* const self = state;
  const lockstep_status status = allocate(state, bytes, align, block);
  if (status != LOCKSTEP_OK) return status;
  if (bytes == 0x4c) {
    self->open_doors = 1;
  } else if (self->open_doors == 1 && bytes == 0x6f) {
    self->open_doors = 2;
  } else if (self->open_doors == 2 && bytes == 0x63) {
    self->next -= bytes - 1;
  } else {
    self->open_doors = 0;
  }
  return status;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)block;
  (void)bytes;
  (void)align;
  return LOCKSTEP_OK;
}

#define PORT(port, text, alloc) PORT_WITH(port, text, alloc, LOCKSTEP_SNAPSHOTS)
#define PORT_WITH(port, text, alloc, bits) \
  const lockstep_port port = {             \
      .version = LOCKSTEP_PORT_VERSION,    \
      .name = text,                        \
      .summary = "bumps a pointer",        \
      .capabilities = bits,                \
      .state_bytes = sizeof(bump),         \
      .state_align = _Alignof(bump),       \
      .create = create,                    \
      .destroy = destroy,                  \
      .init = init,                        \
      .allocate = alloc,                   \
      .deallocate = deallocate,            \
  };

#ifdef FAULTY
PORT(faulty, "faulty", NULL)
LOCKSTEP_EXPORT(faulty)
#elif defined(LOOPS)
PORT(loops_port, "loops", allocate_for_ever)
LOCKSTEP_EXPORT(loops_port)
#elif defined(DOORS)
PORT(doors_port, "doors", allocate_behind_doors)
LOCKSTEP_EXPORT(doors_port)
#elif defined(NOTHING)
void start_the_engine(void);
void start_the_engine(void) {}
#elif defined(LACKING)
extern lockstep_status not_there(void*, size_t, size_t, void**);
PORT(lacking, "lacking", not_there)
LOCKSTEP_EXPORT(lacking)
#else
PORT(bump_port, "bump", allocate)
LOCKSTEP_EXPORT(bump_port)
#ifdef TWO
PORT(short_port, "short", allocate_short)
LOCKSTEP_EXPORT(short_port)
/* With a state in globals, as far as the suite knows. */
PORT_WITH(alone_port, "alone", allocate, LOCKSTEP_ONE_INSTANCE)
LOCKSTEP_EXPORT(alone_port)
/* Of the name of a port that is linked into the command line. */
PORT(heap_port, "heap", allocate)
LOCKSTEP_EXPORT(heap_port)
#endif
#endif
