/* tcmalloc of gperftools. One heap for the whole process: an instance is
 * nothing, and what it leaves live is lost. */

#include <gperftools/nallocx.h>
#include <gperftools/tcmalloc.h>
#include <stddef.h>

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

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  if (align <= sizeof(void*)) {
    tc_free_sized(block, bytes);
  } else {
    tc_free(block);
  }
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
    .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN,
    .create = create,
    .destroy = destroy,
    .allocate = allocate,
    .deallocate = deallocate,
    .usable = usable,
};
