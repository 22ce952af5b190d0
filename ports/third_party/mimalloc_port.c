/* mimalloc: a heap for each instance, destroyed with all that is in it.
 *
 * Version 2.0.9 misaligns blocks of 256 to 1024 bytes that are to be aligned to
 * a power of two which divides their size. So there are two: mimalloc_as_is,
 * and mimalloc, which asks for a byte more then. In 3.0.1 this is mended, and
 * the two are the same.
 *
 * Only the thread that made a heap may allocate from it. So mimalloc_shared allocates
 * from the heap of each thread, as malloc would: an instance is nothing, and what
 * it leaves live is lost. Nothing is said, or done, about a fork of several threads.
 */

#include <mimalloc.h>
#include <stddef.h>
#include <stdint.h>

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

static lockstep_status create_shared(void* state) {
  ((instance*)state)->heap = NULL;
  return LOCKSTEP_OK;
}

static void destroy_shared(void* state) { (void)state; }

static mi_heap_t* heap_of(const void* state) {
  mi_heap_t* const heap = ((const instance*)state)->heap;
  return heap == NULL ? mi_heap_get_default() : heap;
}

static lockstep_status allocate_as_is(void* state, size_t bytes, size_t align,
                                      void** block) {
  mi_heap_t* const heap = heap_of(state);
  return serve_modestly(mi_heap_malloc_aligned(heap, bytes, align), bytes,
                        mi_free, block);
}

/* A byte more, where it misaligns. */
static size_t padded(size_t bytes, size_t align) {
  const int is_misaligned = !IS_MENDED && align >= 256 && bytes != 0 &&
                            bytes <= 1024 && bytes % align == 0;
  return bytes + (is_misaligned ? 1 : 0);
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  return allocate_as_is(state, padded(bytes, align), align, block);
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

static lockstep_status reallocate_as_is(void* state, void* block, size_t bytes,
                                        size_t align, size_t new_bytes,
                                        size_t new_align, void** out) {
  mi_heap_t* const heap = heap_of(state);
  (void)bytes;
  (void)align;
  if (is_immodest(new_bytes)) return LOCKSTEP_NO_MEMORY;
  void* const found =
      mi_heap_realloc_aligned(heap, block, new_bytes, new_align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

/* mi_heap_realloc_aligned keeps the offset from the align that the block had. */
static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  mi_heap_t* const heap = heap_of(state);
  (void)bytes;
  (void)align;
  if (is_immodest(new_bytes)) return LOCKSTEP_NO_MEMORY;
  void* const found = mi_heap_realloc_aligned_at(
      heap, block, padded(new_bytes, new_align), new_align, 0);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *out = found;
  return LOCKSTEP_OK;
}

static lockstep_status resize(void* state, void* block, size_t bytes,
                              size_t align, size_t new_bytes) {
  (void)state;
  (void)bytes;
  (void)align;
  return mi_expand(block, new_bytes) == NULL ? LOCKSTEP_NO_MEMORY : LOCKSTEP_OK;
}

static lockstep_status allocate_zeroed(void* state, size_t count, size_t bytes,
                                       size_t align, void** block) {
  mi_heap_t* const heap = heap_of(state);
  const int wraps = bytes != 0 && count > SIZE_MAX / bytes;
  if (!wraps && is_immodest(count * bytes)) return LOCKSTEP_NO_MEMORY;
  void* const found =
      wraps ? mi_heap_calloc_aligned(heap, count, bytes, align)
            : mi_heap_zalloc_aligned(heap, padded(count * bytes, align), align);
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
  *usable_bytes = mi_usable_size(block);
  return LOCKSTEP_OK;
}

#define TABLE(its_name, its_summary, its_create, its_destroy, its_allocate,    \
              its_reallocate, promises)                                        \
  {                                                                            \
      .version = LOCKSTEP_PORT_VERSION,                                        \
      .name = (its_name),                                                      \
      .summary = (its_summary),                                                \
      .capabilities = LOCKSTEP_OWN_MEMORY | LOCKSTEP_FITS_AGAIN |              \
                      LOCKSTEP_REALLOCATES_ALIGN | LOCKSTEP_REALLOCATES_NULL | \
                      LOCKSTEP_RESIZE_SHRINKS | (promises),                    \
      .state_bytes = sizeof(instance),                                         \
      .create = (its_create),                                                  \
      .destroy = (its_destroy),                                                \
      .allocate = (its_allocate),                                              \
      .deallocate = deallocate,                                                \
      .usable = usable,                                                        \
      .reallocate = (its_reallocate),                                          \
      .resize = resize,                                                        \
      .allocate_zeroed = allocate_zeroed,                                      \
      .usable_of = usable_of,                                                  \
  }

const lockstep_port mimalloc_port = TABLE(
    "mimalloc", "a heap of mimalloc", create, destroy, allocate, reallocate, 0);
const lockstep_port mimalloc_as_is_port =
    TABLE("mimalloc_as_is",
          IS_MENDED ? "the same; what was wrong in 2.0.9 is mended"
                    : "the same, with what is wrong with it",
          create, destroy, allocate_as_is, reallocate_as_is, 0);
extern const lockstep_port mimalloc_shared_port;
const lockstep_port mimalloc_shared_port = TABLE(
    "mimalloc_shared", "mimalloc as several threads call it", create_shared,
    destroy_shared, allocate, reallocate, LOCKSTEP_THREAD_SAFE);
