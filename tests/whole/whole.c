#include "tests/whole/whole.h"

#include <stdlib.h>
#include <string.h>

#include "lockstep/port.h"

static const fault kFault = FAULT;
static const uint32_t kUsed = 0x5EED;
static const uint32_t kFree = 0xF4EE;

static chunk* next_of(const chunk* one) {
  return (chunk*)((uintptr_t)one + one->bytes);
}

static void* block_of(chunk* one) { return (char*)one + kUnit; }

static chunk* chunk_of(const void* block) {
  return (chunk*)((uintptr_t)block - kUnit);
}

static size_t round_up(size_t bytes) {
  return (bytes + kUnit - 1) & ~(size_t)(kUnit - 1);
}

static uint32_t log2_of(size_t align) {
  return (uint32_t)__builtin_ctzll(align);
}

/* With its chunk; 0: too many. */
static size_t whole(size_t bytes) {
  return bytes > SIZE_MAX / 2 ? 0 : round_up(bytes == 0 ? 1 : bytes) + kUnit;
}

static size_t cut_off(size_t bytes) {
  return kFault == kCutsOffSizes ? (uint32_t)bytes : bytes;
}

static uintptr_t end_of_region(const heap* self, const chunk* one) {
  for (size_t i = 0; i < self->region_count; ++i) {
    const region* const here = &self->regions[i];
    if ((uintptr_t)one >= here->start && (uintptr_t)one < here->end) {
      return here->end;
    }
  }
  return 0;
}

/* Joins a free chunk with all free ones behind it. */
static void join(heap* self, chunk* one, uintptr_t end) {
  while ((uintptr_t)next_of(one) < end && next_of(one)->mark == kFree) {
    ++self->steps;
    one->bytes += next_of(one)->bytes;
    if (kFault == kLargestVanish && one->bytes > (size_t)1 << 16) {
      one->mark = kUsed;
      return;
    }
  }
}

/* Leaves `bytes` to a chunk; the rest becomes a free one. */
static void split(heap* self, chunk* one, size_t bytes, uintptr_t end) {
  const size_t rest = one->bytes - bytes;
  one->bytes = bytes;
  if (rest == 0) return;
  chunk* const behind = next_of(one);
  behind->bytes = rest;
  behind->asked = 0;
  behind->mark = kFree;
  join(self, behind, end);
}

/* The free chunk, of so many bytes at least, that begins so far behind `one` that
 * its block is aligned; null if it does not fit. */
static chunk* aligned_in(chunk* one, size_t bytes, size_t align) {
  const size_t skipped = (0 - ((uintptr_t)one + kUnit)) & (align - 1);
  if (skipped > one->bytes || bytes > one->bytes - skipped) return NULL;
  return (chunk*)((uintptr_t)one + skipped);
}

static chunk* find_in(heap* self, const region* here, size_t bytes,
                      size_t align) {
  chunk* one = (chunk*)here->start;
  chunk* found = NULL;
  chunk* before = NULL; /* The free chunk that `found` is in. */
  for (; (uintptr_t)one < here->end; one = next_of(one)) {
    ++self->steps;
    if (kFault == kSearchesAll) self->steps += self->live;
    if (one->mark != kFree) continue;
    join(self, one, here->end);
    chunk* const fits =
        one->mark == kFree ? aligned_in(one, bytes, align) : NULL;
    if (fits == NULL) continue;
    found = fits;
    before = one;
    if (kFault != kLosesItsOrder) break;
  }
  if (found != before) {
    split(self, before, (size_t)((uintptr_t)found - (uintptr_t)before),
          here->end);
  }
  return found;
}

static size_t free_bytes(const heap* self) {
  size_t bytes = 0;
  for (size_t i = 0; i < self->region_count; ++i) {
    const chunk* one = (const chunk*)self->regions[i].start;
    for (; (uintptr_t)one < self->regions[i].end; one = next_of(one)) {
      if (one->mark == kFree) bytes += one->bytes;
    }
  }
  return bytes;
}

static chunk* take(heap* self, size_t asked, size_t align) {
  const size_t bytes = whole(asked);
  const size_t most = (size_t)kMostBlocks - (kFault == kTooFewBlocks);
  if (bytes == 0 || self->live >= most) return NULL;
  if (kFault == kRefusesNearFull && free_bytes(self) < 4096) return NULL;
  for (size_t i = 0; i < self->region_count; ++i) {
    const region* const here = &self->regions[i];
    chunk* const found = find_in(self, here, bytes, align);
    if (found == NULL) continue;
    split(self, found, bytes, here->end);
    found->mark = kUsed;
    found->asked = asked;
    found->align_log2 = log2_of(align);
    ++self->live;
    return found;
  }
  return NULL;
}

static void give(heap* self, chunk* one) {
  one->mark = kFree;
  --self->live;
}

static lockstep_status create(void* state) {
  memset(state, 0, sizeof(heap));
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static void join_regions(heap* self) {
  for (size_t i = 1; i < self->region_count;) {
    if (self->regions[i - 1].end != self->regions[i].start ||
        kFault == kKeepsRegionsApart) {
      ++i;
      continue;
    }
    self->regions[i - 1].end = self->regions[i].end;
    --self->region_count;
    memmove(&self->regions[i], &self->regions[i + 1],
            (self->region_count - i) * sizeof(region));
  }
}

static lockstep_status add(void* state, void* start, size_t bytes) {
  heap* const self = state;
  const uintptr_t from = round_up((uintptr_t)start);
  const uintptr_t to = ((uintptr_t)start + bytes) & ~(uintptr_t)(kUnit - 1);
  size_t at = self->region_count;
  if (at == kMostRegions) return LOCKSTEP_NO_MEMORY;
  for (; at > 0 && self->regions[at - 1].start > from; --at) {
    self->regions[at] = self->regions[at - 1];
  }
  self->regions[at] = (region){from, to};
  ++self->region_count;
  chunk* const one = (chunk*)from;
  one->bytes = cut_off((size_t)(to - from));
  one->asked = 0;
  one->mark = kFree;
  join_regions(self);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  chunk* const found = take(state, bytes, align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = block_of(found);
  return LOCKSTEP_OK;
}

/* Ends the process if the client is wrong, unless it is forgiven. */
static void compare(const chunk* one, size_t bytes, size_t align,
                    fault forgives) {
  if ((bytes != one->asked || log2_of(align) != one->align_log2) &&
      kFault != forgives) {
    abort();
  }
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  chunk* const one = chunk_of(block);
  if ((uintptr_t)block % kUnit != 0) {
    if (kFault == kFreesInside) return LOCKSTEP_OK;
    abort();
  }
  if (one->mark != kUsed && kFault == kFreesTwice) return LOCKSTEP_OK;
  if (one->mark != kUsed) abort();
  compare(one, bytes, align, kForgetsLayouts);
  give(state, one);
  return LOCKSTEP_OK;
}

/* Whether a chunk has room for so many bytes now, and if so with no more. */
static int fit(heap* self, chunk* one, size_t bytes) {
  const uintptr_t end = end_of_region(self, one);
  chunk* const next = next_of(one);
  if (bytes > one->bytes) {
    if (kFault == kRefusesToGrow || (uintptr_t)next >= end) return 0;
    if (next->mark == kFree) join(self, next, end);
    if (next->mark != kFree && kFault != kGrowsOverANeighbour) return 0;
    if (bytes > one->bytes + next->bytes) return 0;
    one->bytes += next->bytes;
    split(self, one, bytes, end);
    if (kFault == kLosesAFlag && (uintptr_t)next_of(one) < end) {
      next_of(one)->mark = kUsed;
    }
    return 1;
  }
  if (kFault == kKeepsTheTail) return 1;
  split(self, one, bytes, end);
  return 1;
}

static lockstep_status resize(void* state, void* block, size_t bytes,
                              size_t align, size_t new_bytes) {
  chunk* const one = chunk_of(block);
  size_t needed = whole(new_bytes);
  compare(one, bytes, align, kChangesAnyLayout);
  if (kFault == kShrinksTooFar && new_bytes < bytes && needed > 2 * kUnit) {
    needed -= kUnit;
  }
  if (needed == 0 || !fit(state, one, needed)) return LOCKSTEP_NO_MEMORY;
  one->asked = new_bytes;
  return LOCKSTEP_OK;
}

static size_t least(size_t one, size_t other) {
  return one < other ? one : other;
}

static size_t copied(size_t bytes, size_t new_bytes) {
  const size_t kept = least(bytes, new_bytes);
  if (kFault == kCopiesTooFew) return kept / 8 * 8;
  return kFault == kCopiesTooMany ? bytes : kept;
}

static lockstep_status move(heap* self, void* block, size_t bytes, size_t align,
                            size_t new_bytes, void** out) {
  chunk* const one = chunk_of(block);
  if (kFault == kFreesBeforeItFails) {
    give(self, one);
    chunk* const found = take(self, new_bytes, align);
    if (found == NULL) return LOCKSTEP_NO_MEMORY;
    memmove(block_of(found), block, copied(bytes, new_bytes));
    *out = block_of(found);
    return LOCKSTEP_OK;
  }
  chunk* const found =
      take(self, new_bytes, kFault == kLosesTheAlign ? kUnit : align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  found->align_log2 = log2_of(align); /* With the fault, too. */
  memmove(block_of(found), block, copied(bytes, new_bytes));
  give(self, one);
  *out = block_of(found);
  return LOCKSTEP_OK;
}

static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  if (block == NULL) return allocate(state, new_bytes, new_align, out);
  compare(chunk_of(block), bytes, align, kChangesAnyLayout);
  if ((uintptr_t)block % new_align == 0 &&
      resize(state, block, bytes, align, new_bytes) == LOCKSTEP_OK) {
    chunk_of(block)->align_log2 = log2_of(new_align);
    *out = block;
    return LOCKSTEP_OK;
  }
  return move(state, block, bytes, new_align, new_bytes, out);
}

static lockstep_status reallocate_zeroed(void* state, void* block, size_t bytes,
                                         size_t align, size_t new_bytes,
                                         size_t new_align, void** out) {
  const size_t usable = block == NULL ? 0 : chunk_of(block)->bytes - kUnit;
  const size_t from = kFault == kClearsFromUsable ? usable : bytes;
  const lockstep_status status =
      reallocate(state, block, bytes, align, new_bytes, new_align, out);
  if (status == LOCKSTEP_OK && new_bytes > from) {
    memset((char*)*out + from, 0, new_bytes - from);
  }
  return status;
}

static lockstep_status allocate_zeroed(void* state, size_t count, size_t bytes,
                                       size_t align, void** block) {
  heap* const self = state;
  if (bytes != 0 && count > SIZE_MAX / bytes && kFault != kProductWraps) {
    return LOCKSTEP_NO_MEMORY;
  }
  const lockstep_status status = allocate(state, count * bytes, align, block);
  if (status != LOCKSTEP_OK) return status;
  const uintptr_t end = (uintptr_t)*block + count * bytes;
  const int is_fresh = (uintptr_t)*block >= self->fresh;
  if (end > self->fresh) self->fresh = end;
  /* As if memory were zero at first. */
  if (kFault == kClearsNothing && is_fresh) return status;
  memset(*block, 0, count * bytes);
  return status;
}

static lockstep_status usable_of(const void* state, const void* block,
                                 size_t bytes, size_t align, size_t* usable) {
  (void)state;
  (void)bytes;
  *usable = chunk_of(block)->bytes - kUnit;
  if (kFault == kUsableTooLarge && align > 1024) *usable += kUnit;
  return LOCKSTEP_OK;
}

static lockstep_status allocate_many(void* state, size_t count, size_t bytes,
                                     size_t align, void** blocks,
                                     size_t* served) {
  size_t got = 0;
  while (got < count &&
         allocate(state, bytes, align, &blocks[got]) == LOCKSTEP_OK) {
    ++got;
  }
  if (got == 0) return LOCKSTEP_NO_MEMORY;
  *served = got;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate_many(void* state, void* const* blocks,
                                       size_t count, size_t bytes,
                                       size_t align) {
  for (size_t i = 0; i < count; ++i) {
    (void)deallocate(state, blocks[i], bytes, align);
  }
  return LOCKSTEP_OK;
}

/* The slack of the neighbour in front, its own chunk and that of the neighbour
 * behind, and what may have to be skipped. */
static size_t needs(const void* state, size_t bytes, size_t align) {
  const size_t needed = whole(bytes);
  const size_t skipped = align > kUnit ? align - kUnit : 0;
  (void)state;
  if (needed == 0 || skipped > SIZE_MAX / 4) return SIZE_MAX;
  return kUnit - 1 + kUnit + needed + skipped;
}

static uint64_t steps(const void* state) { return ((const heap*)state)->steps; }

#define TEXT(name) #name
#define NAME(name) TEXT(name)

const lockstep_port WHOLE_TABLE = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(WHOLE_TABLE),
    .summary = "a heap with the whole interface and at most one fault",
    .capabilities =
        LOCKSTEP_RESTORES | LOCKSTEP_SNAPSHOTS | LOCKSTEP_REALLOCATES_ALIGN |
        LOCKSTEP_REALLOCATES_NULL | LOCKSTEP_REALLOCATES_TO_ZERO |
        LOCKSTEP_RESIZE_SHRINKS | LOCKSTEP_RESIZE_GROWS | LOCKSTEP_SERVES_SOME |
        LOCKSTEP_JOINS_REGIONS | LOCKSTEP_DIES_OF_FREE_AGAIN_AT_ONCE |
        LOCKSTEP_DIES_OF_INTERIOR | LOCKSTEP_DIES_OF_OTHER_LAYOUT,
    .state_bytes = sizeof(heap),
    .state_align = _Alignof(heap),
    .unit_bytes = kUnit,
    .max_live_blocks = kMostBlocks,
    .create = create,
    .destroy = destroy,
    .init = add,
    .add = add,
    .allocate = allocate,
    .deallocate = deallocate,
    .needs = needs,
    .reallocate = reallocate,
    .reallocate_zeroed = reallocate_zeroed,
    .resize = resize,
    .allocate_zeroed = allocate_zeroed,
    .usable_of = usable_of,
    .allocate_many = allocate_many,
    .deallocate_many = deallocate_many,
    .steps = steps,
    .steps_growth = LOCKSTEP_STEPS_LINEAR,
    .steps_factor = 8,
};
