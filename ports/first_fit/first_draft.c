/* The same, as first written. Each trace in traces/ is of one of its faults;
 * docs/porting.md tells how they were found. */

#include <stdint.h>

#include "ports/first_fit/first_fit.h"

static size_t rounded(size_t bytes) {
  return (bytes + FIRST_FIT_UNIT - 1) / FIRST_FIT_UNIT * FIRST_FIT_UNIT;
}

void first_fit_add(first_fit* heap, void* start, size_t bytes) {
  const size_t gap = (size_t)(-(uintptr_t)start & (FIRST_FIT_UNIT - 1));
  if (bytes < gap + FIRST_FIT_UNIT) return;
  (void)first_fit_free(heap, (char*)start + gap,
                       (bytes - gap) / FIRST_FIT_UNIT * FIRST_FIT_UNIT);
}

void* first_fit_allocate(first_fit* heap, size_t bytes, size_t align) {
  const size_t whole = rounded(bytes);
  (void)align;
  for (first_fit_span** link = &heap->spans; *link != NULL;
       link = &(*link)->next) {
    first_fit_span* const span = *link;
    if (span->bytes < whole) continue;
    if (span->bytes == whole) {
      *link = span->next;
    } else {
      *link = (first_fit_span*)(void*)((char*)span + whole);
      (*link)->bytes = span->bytes - whole;
      (*link)->next = span->next;
    }
    return span;
  }
  return NULL;
}

bool first_fit_free(first_fit* heap, void* block, size_t bytes) {
  first_fit_span* const span = block;
  first_fit_span** link = &heap->spans;
  if (block == NULL) return false;
  while (*link != NULL && (uintptr_t)*link < (uintptr_t)block) {
    link = &(*link)->next;
  }
  if (*link == span) return false;
  span->bytes = rounded(bytes);
  span->next = *link;
  *link = span;
  return true;
}

const char* first_fit_audit(const first_fit* heap) {
  (void)heap;
  return NULL;
}
