/* jemalloc: an arena for each instance, whose extents are cut from the regions
 * by hooks. Its own books lie elsewhere (metadata_use_hooks). Several threads may call
 * an arena, and its hooks, at once. It handles a fork of several threads, as its
 * ChangeLog says. */

#include <jemalloc/jemalloc.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "lockstep/port.h"

enum { REGIONS = 8, PAGE_BYTES = 4096 };

typedef struct {
  _Atomic(uintptr_t) next;
  uintptr_t end;
} region;

/* Of experimental.arenas_create_ext; no header has it. */
typedef struct {
  extent_hooks_t* extent_hooks;
  bool metadata_use_hooks;
} arena_config_t;

typedef struct {
  extent_hooks_t hooks; /* First: hooks are called with its address. */
  region regions[REGIONS];
  size_t region_count;
  unsigned arena;
} instance;

/* 0: there is not so much left. */
static uintptr_t cut(region* from, size_t bytes, size_t align) {
  uintptr_t next = atomic_load_explicit(&from->next, memory_order_relaxed);
  for (;;) {
    const uintptr_t gap = -next & (align - 1);
    const uintptr_t left = from->end - next;
    if (gap > left || bytes > left - gap) return 0;
    if (atomic_compare_exchange_weak_explicit(
            &from->next, &next, next + gap + bytes, memory_order_relaxed,
            memory_order_relaxed)) {
      return next + gap;
    }
  }
}

static void* take(extent_hooks_t* hooks, void* wanted, size_t bytes,
                  size_t align, bool* zero, bool* commit, unsigned arena) {
  instance* const self = (instance*)(void*)hooks;
  (void)arena;
  if (wanted != NULL) return NULL;
  for (size_t i = 0; i < self->region_count; ++i) {
    void* const extent = (void*)cut(&self->regions[i], bytes, align);
    if (extent == NULL) continue;
    if (*zero) memset(extent, 0, bytes);
    *commit = true;
    return extent;
  }
  return NULL;
}

/* Not taken back: the arena keeps it, and uses it again. */
static bool keep(extent_hooks_t* hooks, void* extent, size_t bytes,
                 bool committed, unsigned arena) {
  (void)hooks, (void)extent, (void)bytes, (void)committed, (void)arena;
  return true;
}

static bool split(extent_hooks_t* hooks, void* extent, size_t bytes,
                  size_t first, size_t second, bool committed, unsigned arena) {
  (void)hooks, (void)extent, (void)bytes, (void)first, (void)second;
  (void)committed, (void)arena;
  return false;
}

static bool merge(extent_hooks_t* hooks, void* one, size_t one_bytes,
                  void* other, size_t other_bytes, bool committed,
                  unsigned arena) {
  (void)hooks, (void)one, (void)one_bytes, (void)other, (void)other_bytes;
  (void)committed, (void)arena;
  return false;
}

static lockstep_status create(void* state) {
  instance* const self = state;
  *self = (instance){
      .hooks = {.alloc = take, .dalloc = keep, .split = split, .merge = merge}};
  arena_config_t config = {.extent_hooks = &self->hooks,
                           .metadata_use_hooks = false};
  size_t length = sizeof self->arena;
  return mallctl("experimental.arenas_create_ext", &self->arena, &length,
                 &config, sizeof config) == 0
             ? LOCKSTEP_OK
             : LOCKSTEP_NO_MEMORY;
}

static void destroy(void* state) {
  size_t path[3];
  size_t length = sizeof path / sizeof path[0];
  mallctlnametomib("arena.0.destroy", path, &length);
  path[1] = ((instance*)state)->arena;
  mallctlbymib(path, length, NULL, NULL, NULL, 0);
}

static lockstep_status add(void* state, void* start, size_t bytes) {
  instance* const self = state;
  if (self->region_count == REGIONS) return LOCKSTEP_NO_MEMORY;
  const uintptr_t address = (uintptr_t)start;
  region* const added = &self->regions[self->region_count++];
  atomic_init(&added->next, address);
  added->end = address + bytes;
  return LOCKSTEP_OK;
}

static int flags_for(size_t align) {
  return MALLOCX_LG_ALIGN(__builtin_ctzll(align)) | MALLOCX_TCACHE_NONE;
}

/* mallocx(0) is undefined. */
static size_t or_one(size_t bytes) { return bytes == 0 ? 1 : bytes; }

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  const int arena = (int)MALLOCX_ARENA(((instance*)state)->arena);
  void* const found = mallocx(or_one(bytes), flags_for(align) | arena);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  sdallocx(block, or_one(bytes), flags_for(align));
  return LOCKSTEP_OK;
}

static lockstep_status usable(const void* state, size_t bytes, size_t align,
                              size_t* min, size_t* max) {
  (void)state;
  const size_t real = nallocx(or_one(bytes), flags_for(align));
  if (real == 0) return LOCKSTEP_INVALID_PARAM;
  *min = *max = real;
  return LOCKSTEP_OK;
}

static int arena_flags(const void* state) {
  return (int)MALLOCX_ARENA(((const instance*)state)->arena);
}

static lockstep_status reallocate_with(void* state, void* block,
                                       size_t new_bytes, size_t new_align,
                                       int flags, void** out) {
  void* const found =
      rallocx(block, or_one(new_bytes),
              flags | flags_for(new_align) | arena_flags(state));
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  (void)bytes, (void)align;
  return reallocate_with(state, block, new_bytes, new_align, 0, out);
}

static lockstep_status reallocate_zeroed(void* state, void* block, size_t bytes,
                                         size_t align, size_t new_bytes,
                                         size_t new_align, void** out) {
  (void)bytes, (void)align;
  return reallocate_with(state, block, new_bytes, new_align, MALLOCX_ZERO, out);
}

/* It may become larger than asked for, and then its size class is another. */
static lockstep_status resize(void* state, void* block, size_t bytes,
                              size_t align, size_t new_bytes) {
  (void)state, (void)bytes;
  const size_t wanted = nallocx(or_one(new_bytes), flags_for(align));
  if (wanted == 0) return LOCKSTEP_NO_MEMORY;
  const size_t before = sallocx(block, flags_for(align));
  if (xallocx(block, or_one(new_bytes), 0, flags_for(align)) == wanted) {
    return LOCKSTEP_OK;
  }
  (void)xallocx(block, before, 0, flags_for(align));
  return LOCKSTEP_NO_MEMORY;
}

static lockstep_status allocate_zeroed(void* state, size_t count, size_t bytes,
                                       size_t align, void** block) {
  if (bytes != 0 && count > SIZE_MAX / bytes) return LOCKSTEP_NO_MEMORY;
  void* const found =
      mallocx(or_one(count * bytes),
              MALLOCX_ZERO | flags_for(align) | arena_flags(state));
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status usable_of(const void* state, const void* block,
                                 size_t bytes, size_t align, size_t* usable) {
  (void)state, (void)bytes;
  *usable = sallocx(block, flags_for(align));
  return LOCKSTEP_OK;
}

const lockstep_port jemalloc_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "jemalloc",
    .summary = "an arena of jemalloc, its extents cut from the regions",
    .capabilities = LOCKSTEP_REALLOCATES_ALIGN | LOCKSTEP_REALLOCATES_TO_ZERO |
                    LOCKSTEP_ZEROES_FROM_USABLE | LOCKSTEP_THREAD_SAFE |
                    LOCKSTEP_SURVIVES_FORK,
    .state_bytes = sizeof(instance),
    .state_align = _Alignof(instance),
    .region_align_bytes = PAGE_BYTES,
    .init_granule_bytes = PAGE_BYTES,
    .unit_bytes = PAGE_BYTES,
    .create = create,
    .destroy = destroy,
    .init = add,
    .add = add,
    .allocate = allocate,
    .deallocate = deallocate,
    .usable = usable,
    .reallocate = reallocate,
    .reallocate_zeroed = reallocate_zeroed,
    .resize = resize,
    .allocate_zeroed = allocate_zeroed,
    .usable_of = usable_of,
};
