/* Powers of two from chunks that it takes from the system, and a fault that it
 * can be built with. It is honest if FAULT is kHonest. */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep/port.h"

typedef enum fault {
  kHonest,
  kNeverUsesAgain /* 37, of the kinds that real allocators had: what is freed. */
} fault;

enum { kLeastOrder = 4, kMostOrder = 16, kChunkOrder = 17 };

typedef struct block {
  struct block* next;
} block;

typedef struct heap {
  block* free[kMostOrder + 1]; /* By order. */
  block* chunks;               /* To give back at the end. */
  char* next;                  /* Of the last chunk, what is not yet cut. */
  char* end;
  size_t footprint;
} heap;

static const fault kFault = FAULT;

static lockstep_status create(void* state) {
  memset(state, 0, sizeof(heap));
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  heap* const self = state;
  while (self->chunks != NULL) {
    block* const chunk = self->chunks;
    self->chunks = chunk->next;
    free(chunk);
  }
}

static unsigned order_of(size_t bytes, size_t align) {
  const size_t wanted = bytes < align ? align : bytes;
  unsigned order = kLeastOrder;
  while (order <= kMostOrder && (size_t)1 << order < wanted) ++order;
  return order;
}

/* What is left of the last chunk is cut into what is aligned there. */
static int grow(heap* self) {
  const size_t bytes = (size_t)1 << kChunkOrder;
  char* const chunk = aligned_alloc(bytes, bytes);
  if (chunk == NULL) return 0;
  block* const first = (block*)chunk;
  first->next = self->chunks;
  self->chunks = first;
  /* The half that the link is in is lost. */
  self->next = chunk + bytes / 2;
  self->end = chunk + bytes;
  self->footprint += bytes;
  return 1;
}

static void* cut(heap* self, unsigned order) {
  const size_t bytes = (size_t)1 << order;
  const size_t skipped = (0 - (uintptr_t)self->next) & (bytes - 1);
  if ((size_t)(self->end - self->next) < skipped + bytes) {
    if (!grow(self)) return NULL;
    return cut(self, order);
  }
  char* const found = self->next + skipped;
  self->next = found + bytes;
  return found;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  heap* const self = state;
  const unsigned order = order_of(bytes, align);
  if (order > kMostOrder) return LOCKSTEP_NO_MEMORY;
  block* const found = self->free[order];
  if (found != NULL) {
    self->free[order] = found->next;
    *out = found;
    return LOCKSTEP_OK;
  }
  void* const made = cut(self, order);
  if (made == NULL) return LOCKSTEP_NO_MEMORY;
  *out = made;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  heap* const self = state;
  const unsigned order = order_of(bytes, align);
  block* const one = freed;
  if (kFault == kNeverUsesAgain) return LOCKSTEP_OK;
  one->next = self->free[order];
  self->free[order] = one;
  return LOCKSTEP_OK;
}

static void footprint(const void* state, size_t* bytes) {
  *bytes = ((const heap*)state)->footprint;
}

#define TEXT(name) #name
#define NAME(name) TEXT(name)

const lockstep_port OWN_TABLE = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(OWN_TABLE),
    .summary = "powers of two from the system, with at most one fault",
    .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN,
    .state_bytes = sizeof(heap),
    .state_align = _Alignof(heap),
    .max_request_bytes = (size_t)1 << kMostOrder,
    .create = create,
    .destroy = destroy,
    .allocate = allocate,
    .deallocate = deallocate,
    .footprint = footprint,
};
