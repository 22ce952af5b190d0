/* A first fit with a header before every block, as the textbooks have it: what
 * most allocators look like, and ours do not. One table for each size of its
 * unit, which is also the largest alignment that it serves; and tables that are
 * wrong. */

#include <stddef.h>
#include <stdint.h>

#include "lockstep/port.h"

/* A span, free or live, begins with one; offsets are from the region's start. */
typedef struct header {
  uint32_t bytes; /* The header's among them. */
  uint32_t next;  /* Of a free span: the free one after it. */
} header;

typedef struct heap {
  char* start;
  uint32_t first_free;
  uint32_t unit_bytes;   /* Of spans; a block lies at a multiple of it. */
  uint32_t header_bytes; /* What lies before the block in its span. */
} heap;

static const uint32_t none = UINT32_MAX;

static header* at(const heap* self, uint32_t offset) {
  return (header*)(void*)(self->start + offset);
}

static size_t rounded(const heap* self, size_t bytes) {
  return (bytes + self->unit_bytes - 1) / self->unit_bytes * self->unit_bytes;
}

static lockstep_status create(heap* self, uint32_t unit_bytes) {
  self->start = NULL;
  self->first_free = none;
  self->unit_bytes = unit_bytes;
  self->header_bytes =
      unit_bytes < sizeof(header) ? (uint32_t)sizeof(header) : unit_bytes;
  return LOCKSTEP_OK;
}

static lockstep_status create_4(void* state) { return create(state, 4); }
static lockstep_status create_8(void* state) { return create(state, 8); }
static lockstep_status create_16(void* state) { return create(state, 16); }
static lockstep_status create_64(void* state) { return create(state, 64); }

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  heap* const self = state;
  const size_t gap = (size_t)(-(uintptr_t)start & (self->unit_bytes - 1));
  if (bytes < gap + self->header_bytes + self->unit_bytes) return LOCKSTEP_OK;
  size_t usable = bytes - gap;
  if (usable > UINT32_MAX) usable = UINT32_MAX;
  self->start = (char*)start + gap;
  self->first_free = 0;
  at(self, 0)->bytes = (uint32_t)(usable / self->unit_bytes * self->unit_bytes);
  at(self, 0)->next = none;
  return LOCKSTEP_OK;
}

/* Takes `bytes` from a free span; what is left stays free if it can hold a
 * block. */
static void* take(heap* self, uint32_t* link, uint32_t bytes) {
  const uint32_t offset = *link;
  header* const span = at(self, offset);
  const uint32_t rest = span->bytes - bytes;
  if (rest >= self->header_bytes + self->unit_bytes) {
    at(self, offset + bytes)->bytes = rest;
    at(self, offset + bytes)->next = span->next;
    *link = offset + bytes;
    span->bytes = bytes;
  } else {
    *link = span->next;
  }
  return self->start + offset + self->header_bytes;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  heap* const self = state;
  if (align > self->unit_bytes || bytes > UINT32_MAX / 2) {
    return LOCKSTEP_NO_MEMORY;
  }
  /* Of no bytes there is a block as well, with an address of its own. */
  const uint32_t whole =
      self->header_bytes + (uint32_t)rounded(self, bytes == 0 ? 1 : bytes);
  uint32_t* link = &self->first_free;
  while (*link != none && at(self, *link)->bytes < whole) {
    link = &at(self, *link)->next;
  }
  if (*link == none) return LOCKSTEP_NO_MEMORY;
  *block = take(self, link, whole);
  return LOCKSTEP_OK;
}

static lockstep_status refuse(void* state, size_t bytes, size_t align,
                              void** block) {
  (void)state;
  (void)bytes;
  (void)align;
  (void)block;
  return LOCKSTEP_NO_MEMORY;
}

/* Puts a span into the list, which is in the order of addresses; the free span
 * before it, or none. */
static uint32_t insert(heap* self, uint32_t offset) {
  uint32_t before = none;
  uint32_t next = self->first_free;
  while (next != none && next < offset) {
    before = next;
    next = at(self, next)->next;
  }
  at(self, offset)->next = next;
  if (before == none) {
    self->first_free = offset;
  } else {
    at(self, before)->next = offset;
  }
  return before;
}

static void join_with_next(heap* self, uint32_t offset) {
  header* const span = at(self, offset);
  span->bytes += at(self, span->next)->bytes;
  span->next = at(self, span->next)->next;
}

static int touches_next(const heap* self, uint32_t offset) {
  return offset != none && at(self, offset)->next != none &&
         offset + at(self, offset)->bytes == at(self, offset)->next;
}

static uint32_t offset_of(const heap* self, const void* block) {
  return (uint32_t)((const char*)block - self->start) - self->header_bytes;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  heap* const self = state;
  (void)bytes;
  (void)align;
  const uint32_t offset = offset_of(self, block);
  const uint32_t before = insert(self, offset);
  if (touches_next(self, offset)) join_with_next(self, offset);
  if (touches_next(self, before)) join_with_next(self, before);
  return LOCKSTEP_OK;
}

/* The fault: it joins with the next free span, whatever lies between. */
static lockstep_status deallocate_and_join(void* state, void* block,
                                           size_t bytes, size_t align) {
  heap* const self = state;
  (void)bytes;
  (void)align;
  const uint32_t offset = offset_of(self, block);
  const uint32_t before = insert(self, offset);
  if (at(self, offset)->next != none) join_with_next(self, offset);
  if (touches_next(self, before)) join_with_next(self, before);
  return LOCKSTEP_OK;
}

enum { promises = LOCKSTEP_FITS_AGAIN | LOCKSTEP_SNAPSHOTS };

#define TABLE(NAME, CREATE, ALLOCATE, DEALLOCATE, MOST_ALIGN) \
  const lockstep_port NAME##_port = {                         \
      .version = LOCKSTEP_PORT_VERSION,                       \
      .name = #NAME,                                          \
      .summary = "a first fit with headers, for tests",       \
      .capabilities = promises,                               \
      .state_bytes = sizeof(heap),                            \
      .max_request_align = MOST_ALIGN,                        \
      .create = CREATE,                                       \
      .destroy = destroy,                                     \
      .init = init,                                           \
      .allocate = ALLOCATE,                                   \
      .deallocate = DEALLOCATE,                               \
  }

/* It refuses what it cannot align, and does not say so beforehand. */
TABLE(headed, create_8, allocate, deallocate, 0);
TABLE(headed_4, create_4, allocate, deallocate, 4);
TABLE(headed_16, create_16, allocate, deallocate, 16);
TABLE(headed_64, create_64, allocate, deallocate, 64);

TABLE(headed_joins_over_blocks, create_8, allocate, deallocate_and_join, 0);
/* It breaks no rule. */
TABLE(headed_refuses, create_8, refuse, deallocate, 0);
