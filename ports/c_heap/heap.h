#ifndef LOCKSTEP_PORTS_C_HEAP_HEAP_H_
#define LOCKSTEP_PORTS_C_HEAP_HEAP_H_

/* Seven slabs over a buddy of 32 orders, with a map beside the memory: the
 * mapped heap of docs/semantics.md in plain C, for programs without a library.
 *
 *     a region          one entry of its map for each page of 4096 bytes
 *     +-----------+
 *     | free      |     free, 8192 bytes; the next and the previous of these
 *     |           |     nothing
 *     +-----------+
 *     | 64 blocks |     set, 4096 bytes; a bit for each block that is used
 *     +-----------+
 *     | used      |     used, 8192 bytes
 *     |           |     nothing
 *     +-----------+
 *
 * An entry says what begins at its page. No client has a pointer into the map,
 * so whatever is freed is compared with what is really there.
 *   Units      bytes. Rank n is 64 << n. A slab has blocks of one rank from 0
 *              to 6, the buddy has 6 to 25. A set is 64 blocks of a slab.
 *   Errors     after an error, nothing has changed.
 *   Undetected a free with another layout of the same rank. A write to a free
 *              block of a slab, whose first word is a link, may make it refuse
 *              requests; but none gets what is used, or was never given.
 *   Complexity O(regions + ranks), of slabs that do not grow O(regions).
 */

#include <stddef.h>
#include <stdint.h>

typedef enum heap_status {
  HEAP_OK = 0,
  HEAP_NO_MEMORY = 1,
  HEAP_INVALID_PARAM = 2,
  HEAP_MEMORY_OVERLAP = 3,
  HEAP_NOT_ALLOCATED = 4
} heap_status;

enum { HEAP_PAGE = 4096, HEAP_SLABS = 7, HEAP_RANKS = 26, HEAP_SPANS = 16 };

typedef struct heap_map heap_map;

/* A free block of a slab. */
typedef struct heap_block {
  struct heap_block* next;
} heap_block;

typedef struct heap_slab {
  heap_block* first; /* What was freed last is first. */
  size_t blocks, used;
} heap_slab;

typedef struct heap {
  heap_map* maps;              /* Of the regions, rising. */
  uintptr_t first[HEAP_RANKS]; /* What the buddy has free; 0: none. */
  size_t total, used;          /* Of the buddy. */
  heap_slab slabs[HEAP_SLABS];
} heap;

/* What slabs have, `total` counts twice: as theirs and as the buddy's. */
typedef struct heap_statistics {
  size_t total, used, available;
} heap_statistics;

/* Memory, and memory for its map. */
typedef struct heap_region {
  void* start;
  size_t size;
  void* map;
  size_t map_size;
} heap_region;

/* What the map of a region needs, aligned as a max_align_t. */
size_t heap_map_size(size_t region_size);

/* Makes a heap that has no memory. */
void heap_create(heap* self);
/* Gives the first region: `start` is a multiple of HEAP_PAGE, and `size` one
 * of 8 * HEAP_PAGE. From then on the map is the heap's, too. It must be ZERO,
 * as calloc gives it, so that a large region costs what is used of its map.
 * Errors: INVALID_PARAM, also for a second time; MEMORY_OVERLAP. */
heap_status heap_init(heap* self, heap_region region);
/* Gives a further one, of a multiple of HEAP_PAGE. Errors: as above; NO_MEMORY,
 * if that made more than HEAP_SPANS regions, where those that touch are one. */
heap_status heap_add(heap* self, heap_region region);

/* `align` is a power of two; `size` may be 0. Errors: NO_MEMORY;
 * INVALID_PARAM, if `size`, rounded up to `align`, is above PTRDIFF_MAX. */
heap_status heap_allocate(heap* self, size_t size, size_t align, void** block);
/* With the layout that it was allocated with. Errors: INVALID_PARAM;
 * NOT_ALLOCATED, if no used block of such a layout begins there. */
heap_status heap_free(heap* self, void* block, size_t size, size_t align);
/* How much of a block a client may use. Errors: INVALID_PARAM. */
heap_status heap_usable(size_t size, size_t align, size_t* min, size_t* max);

/* Gives all sets back to the buddy of which no block is used. */
void heap_trim(heap* self);
heap_statistics heap_count(const heap* self);
/* The name of the first broken invariant, or null. */
const char* heap_audit(const heap* self);

#endif /* LOCKSTEP_PORTS_C_HEAP_HEAP_H_ */
