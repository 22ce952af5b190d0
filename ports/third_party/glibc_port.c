/* malloc, aligned_alloc, realloc, calloc and free of the GNU C library. One heap for the whole
 * process: an instance is nothing, and what it leaves live is lost. It survives a fork of
 * several threads, which POSIX does not ask for: its fork takes malloc's locks. */

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "lockstep/port.h"
#include "ports/third_party/modest.h"

static lockstep_status create(void* state) {
  (void)state;
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  (void)state;
  void* const found = align <= _Alignof(max_align_t)
                          ? malloc(bytes)
                          : aligned_alloc(align, bytes);
  return serve_modestly(found, bytes, free, block);
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)bytes;
  (void)align;
  free(block);
  return LOCKSTEP_OK;
}

/* Refuses sizes that would have to be given back after the old block is gone. */
static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  (void)state;
  (void)bytes;
  (void)align;
  (void)new_align;
  if (is_immodest(new_bytes)) return LOCKSTEP_NO_MEMORY;
  void* const found = realloc(block, new_bytes);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

static lockstep_status allocate_zeroed(void* state, size_t count, size_t bytes,
                                       size_t align, void** block) {
  (void)state;
  const int wraps = bytes != 0 && count > SIZE_MAX / bytes;
  (void)align;
  if (!wraps && is_immodest(count * bytes)) return LOCKSTEP_NO_MEMORY;
  void* const found = calloc(count, bytes);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status usable_of(const void* state, const void* block,
                                 size_t bytes, size_t align, size_t* usable) {
  (void)state;
  (void)bytes;
  (void)align;
  *usable = malloc_usable_size((void*)block);
  return LOCKSTEP_OK;
}

const lockstep_port glibc_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "glibc",
    .summary = "malloc, aligned_alloc and free of the GNU C library",
    .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN |
                    LOCKSTEP_REALLOCATES_NULL | LOCKSTEP_THREAD_SAFE |
                    LOCKSTEP_SURVIVES_FORK,
    .max_reallocate_align = _Alignof(max_align_t),
    .create = create,
    .destroy = destroy,
    .allocate = allocate,
    .deallocate = deallocate,
    .reallocate = reallocate,
    .allocate_zeroed = allocate_zeroed,
    .usable_of = usable_of,
};
