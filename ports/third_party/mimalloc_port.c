/* mimalloc: a heap for each instance, destroyed with all that is in it.
 *
 * Version 2.0.9 misaligns blocks of 256 to 1024 bytes that are to be aligned to
 * a power of two which divides their size. So there are two: mimalloc_as_is,
 * and mimalloc, which asks for a byte more then. In 3.0.1 this is mended, and
 * the two are the same.
 */

#include <mimalloc.h>
#include <stddef.h>

#include "lockstep/port.h"
#include "ports/third_party/modest.h"

enum { IS_MENDED = MI_MALLOC_VERSION > 209 };

typedef struct {
  mi_heap_t* heap;
} instance;

static lockstep_status create(void* state) {
  mi_heap_t* const heap = mi_heap_new();
  ((instance*)state)->heap = heap;
  return heap == NULL ? LOCKSTEP_NO_MEMORY : LOCKSTEP_OK;
}

static void destroy(void* state) { mi_heap_destroy(((instance*)state)->heap); }

static lockstep_status allocate_as_is(void* state, size_t bytes, size_t align,
                                      void** block) {
  mi_heap_t* const heap = ((instance*)state)->heap;
  return serve_modestly(mi_heap_malloc_aligned(heap, bytes, align), bytes,
                        mi_free, block);
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  const int is_misaligned = !IS_MENDED && align >= 256 && bytes != 0 &&
                            bytes <= 1024 && bytes % align == 0;
  return allocate_as_is(state, bytes + (is_misaligned ? 1 : 0), align, block);
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)bytes;
  (void)align;
  mi_free(block);
  return LOCKSTEP_OK;
}

/* Of blocks without an alignment. */
static lockstep_status usable(const void* state, size_t bytes, size_t align,
                              size_t* min, size_t* max) {
  (void)state;
  if (align > sizeof(void*) || bytes > MODEST_BYTES) {
    return LOCKSTEP_INVALID_PARAM;
  }
  *min = *max = mi_good_size(bytes);
  return LOCKSTEP_OK;
}

#define TABLE(its_name, its_summary, its_allocate)               \
  {                                                              \
      .version = LOCKSTEP_PORT_VERSION,                          \
      .name = (its_name),                                        \
      .summary = (its_summary),                                  \
      .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN, \
      .state_bytes = sizeof(instance),                           \
      .create = create,                                          \
      .destroy = destroy,                                        \
      .allocate = (its_allocate),                                \
      .deallocate = deallocate,                                  \
      .usable = usable,                                          \
  }

const lockstep_port mimalloc_port =
    TABLE("mimalloc", "a heap of mimalloc", allocate);
const lockstep_port mimalloc_as_is_port =
    TABLE("mimalloc_as_is",
          IS_MENDED ? "the same; what was wrong in 2.0.9 is mended"
                    : "the same, with what is wrong with it",
          allocate_as_is);
