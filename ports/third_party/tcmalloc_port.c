/* tcmalloc of gperftools. One heap for the whole process: an instance is
 * nothing, and what it leaves live is lost. Its pages say nothing of a fork of several
 * threads, and its maintainers that what is done about that does not always help. */

#include <gperftools/nallocx.h>
#include <gperftools/tcmalloc.h>
#include <stddef.h>
#include <stdint.h>

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
  void* const found =
      align <= sizeof(void*) ? tc_malloc(bytes) : tc_memalign(align, bytes);
  return serve_modestly(found, bytes, tc_free, block);
}

/* Not tc_free_sized: of a block that tc_realloc left where it was, it puts the
 * block on the list of another size (docs/third-party.md). */
static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)bytes;
  (void)align;
  tc_free(block);
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
  void* const found = tc_realloc(block, new_bytes);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

static lockstep_status allocate_zeroed(void* state, size_t count, size_t bytes,
                                       size_t align, void** block) {
  (void)state;
  (void)align;
  const int wraps = bytes != 0 && count > SIZE_MAX / bytes;
  if (!wraps && is_immodest(count * bytes)) return LOCKSTEP_NO_MEMORY;
  void* const found = tc_calloc(count, bytes);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status usable_of(const void* state, const void* block,
                                 size_t bytes, size_t align,
                                 size_t* usable_bytes) {
  (void)state;
  (void)bytes;
  (void)align;
  *usable_bytes = tc_malloc_size((void*)block);
  return LOCKSTEP_OK;
}

static lockstep_status usable(const void* state, size_t bytes, size_t align,
                              size_t* min, size_t* max) {
  (void)state;
  if (align > sizeof(void*) || bytes > MODEST_BYTES) {
    return LOCKSTEP_INVALID_PARAM;
  }
  *min = *max = tc_nallocx(bytes, 0);
  return LOCKSTEP_OK;
}

const lockstep_port tcmalloc_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "tcmalloc",
    .summary = "tcmalloc of gperftools, the minimal one",
    .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN |
                    LOCKSTEP_REALLOCATES_NULL | LOCKSTEP_THREAD_SAFE,
    .max_reallocate_align = sizeof(void*),
    .create = create,
    .destroy = destroy,
    .allocate = allocate,
    .deallocate = deallocate,
    .usable = usable,
    .reallocate = reallocate,
    .allocate_zeroed = allocate_zeroed,
    .usable_of = usable_of,
};
