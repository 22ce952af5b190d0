/* A pool for one thread, of which each has one of its own. What others free of it
 * comes to a list that needs no lock, and waits there until the pool is empty.
 * In front of each block is the pool that it is of.
 *
 *   | pool | block 1 | pool | block 2 | ...
 */

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kFreesIntoList, /* That the other thread takes from. */
  kLosesFreed,    /* Two that free at once: one block is lost. */
  kTakesTooLittle /* What comes back while it takes the list is lost. */
};
static const enum fault kFault = FAULT;

typedef struct pool {
  block* free;
  block* freed; /* Atomic, like `used`. */
  size_t used;
  size_t blocks;
  size_t region_bytes;
} pool;

/* In front of a block, and as large: so both are aligned. */
typedef struct header {
  pool* home;
} header;

static header* header_of(void* block) {
  return (header*)((char*)block - kBlockBytes);
}

static void put(pool* self, block* one) {
  block* head = __atomic_load_n(&self->freed, __ATOMIC_RELAXED);
  if (kFault == kLosesFreed) {
    one->next = head;
    __atomic_store_n(&self->freed, one, __ATOMIC_RELEASE);
    return;
  }
  do {
    one->next = head;
  } while (!__atomic_compare_exchange_n(&self->freed, &head, one, 1,
                                        __ATOMIC_RELEASE, __ATOMIC_RELAXED));
}

static block* take_freed(pool* self) {
  if (kFault == kTakesTooLittle) {
    block* const all = __atomic_load_n(&self->freed, __ATOMIC_ACQUIRE);
    __atomic_store_n(&self->freed, NULL, __ATOMIC_RELAXED);
    return all;
  }
  return __atomic_exchange_n(&self->freed, NULL, __ATOMIC_ACQUIRE);
}

static lockstep_status create(void* state) {
  *(pool*)state = (pool){0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  pool* const self = state;
  self->region_bytes = bytes;
  self->blocks = blocks_in(bytes / 2);
  for (size_t i = self->blocks; i != 0; --i) {
    block* const one = block_at(start, 2 * i - 1);
    header_of(one)->home = self;
    push(&self->free, one);
  }
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (is_too_large(bytes, align)) return LOCKSTEP_INVALID_PARAM;
  if (self->free == NULL) self->free = take_freed(self);
  block* const one = pop(&self->free);
  if (one == NULL) return LOCKSTEP_NO_MEMORY;
  __atomic_fetch_add(&self->used, 1, __ATOMIC_RELAXED);
  *out = one;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const home = header_of(freed)->home;
  (void)state;
  (void)bytes;
  (void)align;
  __atomic_fetch_sub(&home->used, 1, __ATOMIC_RELAXED);
  if (kFault == kFreesIntoList) {
    push(&home->free, freed);
  } else {
    put(home, freed);
  }
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  const pool* const self = state;
  report(self->region_bytes, __atomic_load_n(&self->used, __ATOMIC_RELAXED),
         out);
}

static const char* audit(const void* state) {
  const pool* const self = state;
  const size_t free = length_of(self->free) + length_of(self->freed);
  return free + self->used == self->blocks ? NULL : "blocks are free or used";
}

const lockstep_port ANIMAL = {
    ANIMAL_TABLE(
        "a pool of which each thread has one, and others free",
        LOCKSTEP_THREADS_APART | LOCKSTEP_FREES_ELSEWHERE | LOCKSTEP_RESTORES,
        pool),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .statistics = statistics,
    .audit = audit,
};

LOCKSTEP_EXPORT(ANIMAL)
