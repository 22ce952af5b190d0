/* malloc, aligned_alloc and free of the GNU C library. One heap for the whole
 * process: an instance is nothing, and what it leaves live is lost. */

#include <stddef.h>
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

const lockstep_port glibc_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "glibc",
    .summary = "malloc, aligned_alloc and free of the GNU C library",
    .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN,
    .create = create,
    .destroy = destroy,
    .allocate = allocate,
    .deallocate = deallocate,
};
