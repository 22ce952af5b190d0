/* The heap behind the door: docs/porting.md. The door gives no memory for maps,
 * so each comes from malloc, behind a link to the others:
 *
 *     +------+---------------------------+
 *     | next | map ...                   |
 *     +------+---------------------------+
 */

#include <stdalign.h>
#include <stdlib.h>

#include "heap.h"
#include "lockstep/port.h"

typedef struct own_map {
  struct own_map* next;
  alignas(max_align_t) unsigned char map[];
} own_map;

typedef struct instance {
  heap heap; /* First, so that a state is a heap. */
  own_map* maps;
} instance;

_Static_assert(HEAP_NOT_ALLOCATED - LOCKSTEP_NOT_ALLOCATED == 0, "errors");

static lockstep_status create(void* state) {
  instance* const self = state;
  heap_create(&self->heap);
  self->maps = NULL;
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  instance* const self = state;
  while (self->maps != NULL) {
    own_map* const map = self->maps;
    self->maps = map->next;
    free(map);
  }
}

/* No arena has more than 2^40 bytes. The heap looks at the region first, so what
 * is wrong with that is what it says, even if there is no map. */
static lockstep_status give(instance* self, void* start, size_t bytes,
                            heap_status (*to)(heap*, heap_region)) {
  const size_t map_size = bytes >> 20 >> 20 != 0 ? 0 : heap_map_size(bytes);
  own_map* const own = calloc(1, sizeof(own_map) + map_size);
  unsigned char* const map = own == NULL ? NULL : own->map;
  const heap_status status =
      to(&self->heap, (heap_region){start, bytes, map, map_size});
  if (status != HEAP_OK) {
    free(own);
    return (lockstep_status)status;
  }
  own->next = self->maps;
  self->maps = own;
  return LOCKSTEP_OK;
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  return give(state, start, bytes, heap_init);
}

static lockstep_status add(void* state, void* start, size_t bytes) {
  return give(state, start, bytes, heap_add);
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  return (lockstep_status)heap_allocate(state, bytes, align, block);
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  return (lockstep_status)heap_free(state, block, bytes, align);
}

static lockstep_status usable(const void* state, size_t bytes, size_t align,
                              size_t* min, size_t* max) {
  (void)state;
  return (lockstep_status)heap_usable(bytes, align, min, max);
}

static void statistics(const void* state, lockstep_statistics* out) {
  const heap_statistics now = heap_count(state);
  *out = (lockstep_statistics){now.total, now.used, now.available, 0};
}

static const char* audit(const void* state) { return heap_audit(state); }

const lockstep_port c_heap_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "c_heap",
    .summary = "the mapped heap, in plain C",
    .placement = "heap",
    .capabilities =
        LOCKSTEP_FITS_AGAIN | LOCKSTEP_DETECTS_NULL | LOCKSTEP_DETECTS_FOREIGN |
        LOCKSTEP_DETECTS_INTERIOR | LOCKSTEP_DETECTS_FREE_AGAIN |
        LOCKSTEP_DETECTS_IMPOSSIBLE_LAYOUT | LOCKSTEP_DETECTS_OVERLAP |
        LOCKSTEP_DETECTS_BAD_REGION | LOCKSTEP_DETECTS_SECOND_INIT |
        LOCKSTEP_DETECTS_USE_BEFORE_INIT | LOCKSTEP_DETECTS_OTHER_LAYOUT,
    .state_bytes = sizeof(instance),
    .region_align_bytes = HEAP_PAGE,
    .init_granule_bytes = 8 * HEAP_PAGE,
    .unit_bytes = sizeof(void*),
    .create = create,
    .destroy = destroy,
    .init = init,
    .add = add,
    .allocate = allocate,
    .deallocate = deallocate,
    .usable = usable,
    .statistics = statistics,
    .audit = audit,
};

LOCKSTEP_EXPORT(c_heap_port)
