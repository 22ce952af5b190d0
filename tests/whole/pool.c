/* A pool of objects of up to kSlotBytes, which asks a provider for memory, and
 * the faults that it can be built with. It is honest if FAULT is kHonest.
 *
 *     +------+--------+--------+-----+--------+
 *     | slab | object | free   | ... | free   |
 *     +------+--------+--------+-----+--------+
 *       kUnit  kSlotBytes each, linked if they are free
 */

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lockstep/port.h"

typedef enum fault {
  kHonest,
  /* Each with the number of the kind of fault that real allocators had. */
  kDoublesWithoutEnd, /* 33: what it takes next. */
  kTriesOnlyOnce,     /* 34: when the provider refuses much. */
  kKeepsAll,          /* 35: though all is free. */
  kForgetsWhatIsFree  /* 36: what was just freed. */
} fault;

enum { kUnit = 64, kSlotBytes = 64, kFewest = 2, kMost = 8 };

typedef struct slot {
  struct slot* next;
} slot;

typedef struct slab {
  struct slab* next;
  slot* free;
  size_t slots;
  size_t used;
} slab;

typedef struct pool {
  const lockstep_provider* provider; /* While it is attached. */
  lockstep_provider last;
  slab* slabs;
  size_t slots; /* Of all slabs. */
  size_t used;
  size_t next_slots; /* For the fault. */
} pool;

static const fault kFault = FAULT;

static size_t bytes_of(size_t slots) { return kUnit + slots * kSlotBytes; }

static lockstep_status create(void* state) {
  memset(state, 0, sizeof(pool));
  ((pool*)state)->next_slots = kFewest;
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static slab* slab_of(const pool* self, const void* block) {
  const uintptr_t at = (uintptr_t)block;
  slab* one = self->slabs;
  while (one != NULL &&
         (at < (uintptr_t)one || at - (uintptr_t)one >= bytes_of(one->slots))) {
    one = one->next;
  }
  return one;
}

static slab* make(pool* self, size_t slots) {
  slab* const one = self->last.take(self->last.context, bytes_of(slots), kUnit);
  if (one == NULL) return NULL;
  if ((uintptr_t)one % kUnit != 0) {
    (void)self->last.give_back(self->last.context, one, bytes_of(slots), kUnit);
    return NULL;
  }
  *one = (slab){self->slabs, NULL, slots, 0};
  for (size_t i = slots; i > 0; --i) {
    slot* const free = (slot*)((char*)one + bytes_of(i - 1));
    free->next = one->free;
    one->free = free;
  }
  self->slabs = one;
  self->slots += slots;
  return one;
}

/* As many objects as there are, within limits; fewer if need be. */
static slab* grow(pool* self) {
  size_t slots = self->slots < kFewest ? kFewest : self->slots;
  if (slots > kMost) slots = kMost;
  if (kFault == kDoublesWithoutEnd) slots = self->next_slots *= 2;
  slab* one = make(self, slots);
  while (one == NULL && slots > 1 && kFault != kTriesOnlyOnce) {
    one = make(self, slots /= 2);
  }
  return one;
}

/* Gives back all empty slabs, except the first if one is to stay. */
static lockstep_status give_back(pool* self, int keeps_one) {
  lockstep_status status = LOCKSTEP_OK;
  if (kFault == kKeepsAll && self->provider != NULL) return status;
  for (slab** link = &self->slabs; *link != NULL;) {
    slab* const one = *link;
    if (one->used != 0 || keeps_one) {
      keeps_one = keeps_one && one->used != 0;
      link = &one->next;
      continue;
    }
    *link = one->next;
    self->slots -= one->slots;
    if (!self->last.give_back(self->last.context, one, bytes_of(one->slots),
                              kUnit)) {
      status = LOCKSTEP_FATAL_ERROR;
    }
  }
  return status;
}

static lockstep_status attach(void* state, uint32_t handle,
                              const lockstep_provider* provider) {
  pool* const self = state;
  (void)handle;
  self->provider = provider;
  self->last = *provider;
  return LOCKSTEP_OK;
}

static lockstep_status detach(void* state, uint32_t handle) {
  pool* const self = state;
  (void)handle;
  self->provider = NULL;
  return give_back(self, 0);
}

static lockstep_status trim(void* state) { return give_back(state, 0); }

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  pool* const self = state;
  slab* one = self->slabs;
  (void)bytes;
  (void)align;
  while (one != NULL && one->free == NULL) one = one->next;
  if (one == NULL) one = grow(self);
  if (one == NULL) return LOCKSTEP_OUT_OF_MEMORY;
  *block = one->free;
  one->free = one->free->next;
  ++one->used;
  ++self->used;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  slab* const one = slab_of(self, block);
  (void)bytes;
  (void)align;
  if (one == NULL) return LOCKSTEP_INVALID_POINTER;
  for (const slot* free = one->free; free != NULL; free = free->next) {
    if (free == block) abort();
  }
  slot* const freed = block;
  --one->used;
  --self->used;
  if (kFault == kForgetsWhatIsFree && one->used != 0) return LOCKSTEP_OK;
  freed->next = one->free;
  one->free = freed;
  return give_back(self, self->provider != NULL);
}

/* Moves where it need not, so that the slab it was in may be given back at once. */
static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  void* moved = NULL;
  if (bytes == new_bytes) {
    *out = block;
    return LOCKSTEP_OK;
  }
  const lockstep_status status = allocate(state, new_bytes, new_align, &moved);
  if (status != LOCKSTEP_OK) return status;
  memcpy(moved, block, bytes < new_bytes ? bytes : new_bytes);
  const lockstep_status freed = deallocate(state, block, bytes, align);
  *out = moved;
  return freed == LOCKSTEP_FATAL_ERROR ? LOCKSTEP_OK : freed;
}

#define TEXT(name) #name
#define NAME(name) TEXT(name)

const lockstep_port POOL_TABLE = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(POOL_TABLE),
    .summary = "a pool that asks a provider, with at most one fault",
    .capabilities =
        LOCKSTEP_FITS_AGAIN | LOCKSTEP_SERVES_WHILE_PROVIDED |
        LOCKSTEP_TRIM_RETURNS |
        (FAULT == kForgetsWhatIsFree ? 0 : LOCKSTEP_DIES_OF_FREE_AGAIN_AT_ONCE),
    .state_bytes = sizeof(pool),
    .state_align = _Alignof(pool),
    .unit_bytes = kSlotBytes,
    .max_request_bytes = kSlotBytes,
    .max_request_align = kUnit,
    .take_overhead_bytes = kUnit + kSlotBytes,
    .take_multiple = FAULT == kForgetsWhatIsFree ? 0 : 3,
    .reserve_bytes = 2 * (kUnit + kMost * kSlotBytes),
    .create = create,
    .destroy = destroy,
    .allocate = allocate,
    .deallocate = deallocate,
    .handle_count = 1,
    .attach = attach,
    .detach = detach,
    .trim = trim,
    .reallocate = reallocate,
};
