#include "heap.h"

#include <stdbool.h>

typedef enum kind { kNothing = 0, kFree, kUsed, kSet } kind;

/* What begins at a page. */
typedef struct entry {
  uintptr_t next, previous; /* Of kFree: blocks of its rank; 0: none. */
  uint64_t used;            /* Of kSet: bit n for block n. */
  uint8_t kind, rank;
} entry;

struct heap_map {
  heap_map* next; /* Of the region behind. */
  uintptr_t start, end;
  entry entries[];
};

enum { kSetBlocks = 64, kBits = 6 /* Of rank 0. */, kPageRank = 6 };

/* Ranks and layouts. */

static size_t rank_size(int rank) { return (size_t)1 << (kBits + rank); }

static bool is_slab(int rank) { return rank < HEAP_SLABS; }

static bool is_layout(size_t size, size_t align) {
  const bool is_power = align != 0 && (align & (align - 1)) == 0;
  return is_power && size <= (size_t)PTRDIFF_MAX + 1 - align;
}

/* HEAP_RANKS: no block is so large. */
static int rank_of(size_t size, size_t align) {
  const size_t wanted = size > align ? size : align;
  int rank = 0;
  while (rank < HEAP_RANKS && rank_size(rank) < wanted) ++rank;
  return rank;
}

/* Regions and maps. */

static heap_map* map_of(const heap* self, uintptr_t address) {
  heap_map* map = self->maps;
  while (map != NULL && map->end <= address) map = map->next;
  return map != NULL && map->start <= address ? map : NULL;
}

/* Of the page that an address lies in; null: it is outside. */
static entry* entry_of(const heap* self, uintptr_t address) {
  heap_map* const map = map_of(self, address);
  return map ? &map->entries[(address - map->start) / HEAP_PAGE] : NULL;
}

/* Regions that touch are one. */
static bool is_inside(const heap* self, uintptr_t start, size_t size) {
  const heap_map* map = map_of(self, start);
  if (map == NULL) return false;
  while (map->next != NULL && map->next->start == map->end) map = map->next;
  return size <= map->end - start;
}

/* The buddy. */

static void push(heap* self, uintptr_t block, int rank) {
  const uintptr_t next = self->first[rank];
  *entry_of(self, block) =
      (entry){.next = next, .kind = kFree, .rank = (uint8_t)rank};
  if (next != 0) entry_of(self, next)->previous = block;
  self->first[rank] = block;
}

/* Takes a free block off its list. */
static void unlink(heap* self, entry* block) {
  if (block->next != 0) entry_of(self, block->next)->previous = block->previous;
  if (block->previous != 0) {
    entry_of(self, block->previous)->next = block->next;
  } else {
    self->first[block->rank] = block->next;
  }
  *block = (entry){.kind = kNothing};
}

/* Takes the first block of the lowest rank that has one, and frees its upper
 * half, until it is of the rank that is wanted. 0: there is none.
 *
 *     | taken | pushed last | pushed first              |
 */
static uintptr_t buddy_take(heap* self, int rank, kind as) {
  int found = rank;
  while (found < HEAP_RANKS && self->first[found] == 0) ++found;
  if (found == HEAP_RANKS) return 0;
  const uintptr_t block = self->first[found];
  entry* const taken = entry_of(self, block);
  unlink(self, taken);
  while (found > rank) {
    --found;
    push(self, block + rank_size(found), found);
  }
  *taken = (entry){.kind = (uint8_t)as, .rank = (uint8_t)rank};
  self->used += rank_size(rank);
  return block;
}

/* Merges a block with its buddy, as long as that is free. */
static void buddy_give(heap* self, uintptr_t block, int rank) {
  self->used -= rank_size(rank);
  *entry_of(self, block) = (entry){.kind = kNothing};
  for (; rank + 1 < HEAP_RANKS; ++rank) {
    entry* const buddy = entry_of(self, block ^ rank_size(rank));
    if (buddy == NULL || buddy->kind != kFree || buddy->rank != rank) break;
    unlink(self, buddy);
    block &= ~(uintptr_t)rank_size(rank);
  }
  push(self, block, rank);
}

/* From the low end, blocks as large as their address and what is left allow. */
static void carve(heap* self, uintptr_t start, size_t size) {
  self->total += size;
  while (size != 0) {
    int rank = HEAP_RANKS - 1;
    while (rank_size(rank) > size || start % rank_size(rank) != 0) --rank;
    push(self, start, rank);
    start += rank_size(rank);
    size -= rank_size(rank);
  }
}

/* The slabs. A set begins at a multiple of its size, as all that the buddy has:
 *
 *     | 0 | 1 | 2 | ...                | 63 |    64 << slab bytes each
 *     set, whose entry has a bit for each
 */

static int set_rank(int slab) { return slab + kPageRank; }

static uintptr_t set_of(uintptr_t block, int slab) {
  return block & ~(uintptr_t)(rank_size(set_rank(slab)) - 1);
}

static uint64_t bit_of(uintptr_t block, int slab) {
  return UINT64_C(1) << ((block >> (kBits + slab)) % kSetBlocks);
}

/* The entry of its set, if a block of this slab begins there, and is used, or
 * is not, as is said; else null. */
static entry* find(const heap* self, uintptr_t block, int slab, bool used) {
  entry* const set = entry_of(self, set_of(block, slab));
  if ((block & (rank_size(slab) - 1)) != 0 || set == NULL) return NULL;
  if (set->kind != kSet || set->rank != set_rank(slab)) return NULL;
  const bool is_used = (set->used & bit_of(block, slab)) != 0;
  return is_used == used ? set : NULL;
}

static void slab_push(heap_slab* slab, uintptr_t address) {
  heap_block* const block = (heap_block*)address;
  block->next = slab->first;
  slab->first = block;
}

/* 0: there is none, or a client wrote where the link to the first one was. */
static uintptr_t slab_take(heap* self, int number) {
  heap_slab* const slab = &self->slabs[number];
  if (slab->first == NULL) {
    const uintptr_t fresh = buddy_take(self, set_rank(number), kSet);
    if (fresh == 0) return 0;
    for (size_t i = 0; i < kSetBlocks; ++i) {
      slab_push(slab, fresh + i * rank_size(number));
    }
    slab->blocks += kSetBlocks;
  }
  const uintptr_t block = (uintptr_t)slab->first;
  entry* const set = find(self, block, number, false);
  if (set == NULL) return 0;
  set->used |= bit_of(block, number);
  slab->first = slab->first->next;
  ++slab->used;
  return block;
}

/* Whether its free blocks are on its list, each once, and nothing else. */
static bool lists_its_free(const heap* self, int number) {
  const heap_slab* const slab = &self->slabs[number];
  size_t left = slab->blocks - slab->used;
  const heap_block* block = slab->first;
  for (; block != NULL && left != 0; block = block->next, --left) {
    if (!find(self, (uintptr_t)block, number, false)) return false;
  }
  return block == NULL && left == 0; /* A list with a block twice has no end. */
}

static void trim(heap* self, int number) {
  heap_slab* const slab = &self->slabs[number];
  heap_block** kept = &slab->first;
  heap_block* unused = NULL; /* The first blocks of sets to give back. */
  if (!lists_its_free(self, number)) return;
  for (heap_block *next, *block = slab->first; block != NULL; block = next) {
    const uintptr_t set = set_of((uintptr_t)block, number);
    next = block->next;
    if (entry_of(self, set)->used != 0) {
      *kept = block;
      kept = &block->next;
    } else if (set == (uintptr_t)block) {
      block->next = unused;
      unused = block;
    }
  }
  *kept = NULL;
  while (unused != NULL) {
    const uintptr_t set = (uintptr_t)unused;
    unused = unused->next;
    slab->blocks -= kSetBlocks;
    buddy_give(self, set, set_rank(number));
  }
}

/* More memory. */

static bool overlap(uintptr_t a, size_t a_size, uintptr_t b, size_t b_size) {
  return a < b ? b - a < a_size : a - b < b_size;
}

/* Whether any of these bytes is the heap's already. */
static bool is_given(const heap* self, uintptr_t start, size_t size) {
  for (const heap_map* map = self->maps; map != NULL; map = map->next) {
    const size_t region = map->end - map->start;
    if (overlap(start, size, map->start, region)) return true;
    const size_t map_size = heap_map_size(region);
    if (overlap(start, size, (uintptr_t)map, map_size)) return true;
  }
  return false;
}

static heap_status check(const heap* self, uintptr_t start, size_t size) {
  if (start == 0 || start % HEAP_PAGE != 0) return HEAP_INVALID_PARAM;
  if (size == 0 || size % HEAP_PAGE != 0) return HEAP_INVALID_PARAM;
  if (size > UINTPTR_MAX - start) return HEAP_INVALID_PARAM;
  if (is_given(self, start, size)) return HEAP_MEMORY_OVERLAP;
  size_t spans = 0; /* Regions, where those that touch are one. */
  uintptr_t end = 0;
  for (const heap_map* map = self->maps; map != NULL; map = map->next) {
    if (map->end == start || map->start == start + size) return HEAP_OK;
    spans += map->start != end;
    end = map->end;
  }
  return spans < HEAP_SPANS ? HEAP_OK : HEAP_NO_MEMORY;
}

static heap_status check_map(const heap* self, heap_region region) {
  const uintptr_t map = (uintptr_t)region.map;
  const size_t size = region.map_size;
  if (map == 0 || map % _Alignof(heap_map) != 0) return HEAP_INVALID_PARAM;
  if (size < heap_map_size(region.size)) return HEAP_INVALID_PARAM;
  if (size > UINTPTR_MAX - map) return HEAP_INVALID_PARAM;
  if (is_given(self, map, size)) return HEAP_MEMORY_OVERLAP;
  const bool is_in = overlap(map, size, (uintptr_t)region.start, region.size);
  return is_in ? HEAP_MEMORY_OVERLAP : HEAP_OK;
}

static heap_status add(heap* self, heap_region region) {
  const uintptr_t start = (uintptr_t)region.start;
  heap_status status = check(self, start, region.size);
  if (status == HEAP_OK) status = check_map(self, region);
  if (status != HEAP_OK) return status;
  heap_map* const map = region.map;
  heap_map** link = &self->maps;
  while (*link != NULL && (*link)->start < start) link = &(*link)->next;
  *map = (heap_map){*link, start, start + region.size};
  *link = map;
  carve(self, start, region.size);
  return HEAP_OK;
}

/* The heap. */

size_t heap_map_size(size_t region_size) {
  return sizeof(heap_map) + region_size / HEAP_PAGE * sizeof(entry);
}

void heap_create(heap* self) { *self = (heap){.maps = NULL}; }

heap_status heap_init(heap* self, heap_region region) {
  const bool is_whole = region.size % (8 * (size_t)HEAP_PAGE) == 0;
  if (self->maps != NULL || !is_whole) return HEAP_INVALID_PARAM;
  return add(self, region);
}

heap_status heap_add(heap* self, heap_region region) {
  return self->maps == NULL ? HEAP_INVALID_PARAM : add(self, region);
}

heap_status heap_allocate(heap* self, size_t size, size_t align, void** block) {
  if (!is_layout(size, align)) return HEAP_INVALID_PARAM;
  const int rank = rank_of(size, align);
  const uintptr_t taken =
      is_slab(rank) ? slab_take(self, rank) : buddy_take(self, rank, kUsed);
  if (taken == 0) return HEAP_NO_MEMORY;
  *block = (void*)taken;
  return HEAP_OK;
}

static heap_status slab_free(heap* self, uintptr_t block, int number) {
  entry* const set = find(self, block, number, true);
  if (set == NULL) return HEAP_NOT_ALLOCATED;
  set->used &= ~bit_of(block, number);
  slab_push(&self->slabs[number], block);
  --self->slabs[number].used;
  return HEAP_OK;
}

static heap_status buddy_free(heap* self, uintptr_t block, int rank) {
  const entry* const page = entry_of(self, block);
  if (page->kind != kUsed || page->rank != rank) return HEAP_NOT_ALLOCATED;
  buddy_give(self, block, rank);
  return HEAP_OK;
}

heap_status heap_free(heap* self, void* block, size_t size, size_t align) {
  if (block == NULL || !is_layout(size, align)) return HEAP_INVALID_PARAM;
  const uintptr_t address = (uintptr_t)block;
  const int rank = rank_of(size, align);
  if (rank == HEAP_RANKS) return HEAP_INVALID_PARAM;
  if (!is_inside(self, address, rank_size(rank))) return HEAP_NOT_ALLOCATED;
  if ((address & (rank_size(rank) - 1)) != 0) return HEAP_INVALID_PARAM;
  return is_slab(rank) ? slab_free(self, address, rank)
                       : buddy_free(self, address, rank);
}

heap_status heap_usable(size_t size, size_t align, size_t* min, size_t* max) {
  if (!is_layout(size, align)) return HEAP_INVALID_PARAM;
  const int rank = rank_of(size, align);
  *min = size;
  *max = is_slab(rank) ? rank_size(rank) : size;
  return HEAP_OK;
}

void heap_trim(heap* self) {
  for (int slab = 0; slab < HEAP_SLABS; ++slab) trim(self, slab);
}

heap_statistics heap_count(const heap* self) {
  size_t total = self->total;
  size_t available = self->total - self->used;
  for (int i = 0; i < HEAP_SLABS; ++i) {
    const heap_slab* const slab = &self->slabs[i];
    const size_t size = slab->blocks * rank_size(i);
    total = size > SIZE_MAX - total ? SIZE_MAX : total + size;
    available += (slab->blocks - slab->used) * rank_size(i);
  }
  return (heap_statistics){total, total - available, available};
}

/* Whether a list is sound; takes its bytes from those that should be free. */
static bool lists_free(const heap* self, int rank, size_t* left) {
  const size_t size = rank_size(rank);
  uintptr_t previous = 0;
  for (uintptr_t block = self->first[rank]; block != 0; *left -= size) {
    const entry* const page = entry_of(self, block);
    if (page == NULL || block % size != 0 || size > *left) return false;
    if (page->kind != kFree || page->rank != rank) return false;
    if (page->previous != previous) return false;
    previous = block;
    block = page->next;
  }
  return true;
}

const char* heap_audit(const heap* self) {
  size_t left = self->total - self->used;
  for (int rank = 0; rank < HEAP_RANKS; ++rank) {
    if (!lists_free(self, rank, &left)) return "the buddy lists free blocks";
  }
  if (left != 0) return "the buddy lists all that is free";
  for (int slab = 0; slab < HEAP_SLABS; ++slab) {
    if (!lists_its_free(self, slab)) return "a slab lists its free blocks";
  }
  return NULL;
}
