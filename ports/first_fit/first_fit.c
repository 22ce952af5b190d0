#include "ports/first_fit/first_fit.h"

#include <stdint.h>

static uintptr_t start_of(const first_fit_span* span) {
  return (uintptr_t)span;
}

static uintptr_t end_of(const first_fit_span* span) {
  return start_of(span) + span->bytes;
}

/* Units up to the next; 0: there are not so many bytes. */
static size_t rounded(size_t bytes) {
  if (bytes == 0) return FIRST_FIT_UNIT;
  if (bytes > SIZE_MAX - (FIRST_FIT_UNIT - 1)) return 0;
  return (bytes + FIRST_FIT_UNIT - 1) / FIRST_FIT_UNIT * FIRST_FIT_UNIT;
}

/* The bytes from `address` to the next multiple of `align`. */
static size_t gap_before(uintptr_t address, size_t align) {
  return (size_t)(-address & (align - 1));
}

/* Joins a span with the one behind it, if they touch. */
static void merge(first_fit_span* span) {
  first_fit_span* const next = span->next;
  if (next == NULL || end_of(span) != start_of(next)) return;
  span->bytes += next->bytes;
  span->next = next->next;
}

/* Requires whole units. False if any of it is free. */
static bool insert(first_fit* heap, void* start, size_t bytes) {
  first_fit_span* const span = start;
  first_fit_span* previous = NULL;
  first_fit_span* next = heap->spans;
  while (next != NULL && start_of(next) < start_of(span)) {
    previous = next;
    next = next->next;
  }
  if (previous != NULL && end_of(previous) > start_of(span)) return false;
  if (next != NULL && start_of(next) - start_of(span) < bytes) return false;
  span->bytes = bytes;
  span->next = next;
  merge(span);
  if (previous == NULL) {
    heap->spans = span;
  } else {
    previous->next = span;
    merge(previous);
  }
  return true;
}

void first_fit_add(first_fit* heap, void* start, size_t bytes) {
  const size_t gap = gap_before((uintptr_t)start, FIRST_FIT_UNIT);
  if (bytes < gap + FIRST_FIT_UNIT) return;
  const size_t whole = (bytes - gap) / FIRST_FIT_UNIT * FIRST_FIT_UNIT;
  (void)insert(heap, (char*)start + gap, whole);
}

/* Takes a block of whole units out of a span, `gap` bytes from its start. What
 * is before and behind it stays free. */
static void* carve(first_fit_span** link, size_t gap, size_t bytes) {
  first_fit_span* const span = *link;
  char* const block = (char*)span + gap;
  const size_t rest = span->bytes - gap - bytes;
  if (rest != 0) {
    first_fit_span* const behind = (first_fit_span*)(void*)(block + bytes);
    behind->bytes = rest;
    behind->next = span->next;
    span->next = behind;
  }
  if (gap != 0) {
    span->bytes = gap;
  } else {
    *link = span->next;
  }
  return block;
}

void* first_fit_allocate(first_fit* heap, size_t bytes, size_t align) {
  const size_t whole = rounded(bytes);
  if (whole == 0) return NULL;
  for (first_fit_span** link = &heap->spans; *link != NULL;
       link = &(*link)->next) {
    const size_t gap = gap_before(start_of(*link), align);
    if (gap < (*link)->bytes && whole <= (*link)->bytes - gap) {
      return carve(link, gap, whole);
    }
  }
  return NULL;
}

bool first_fit_free(first_fit* heap, void* block, size_t bytes) {
  const size_t whole = rounded(bytes);
  if (block == NULL || whole == 0) return false;
  return insert(heap, block, whole);
}

const char* first_fit_audit(const first_fit* heap) {
  for (const first_fit_span* span = heap->spans; span != NULL;
       span = span->next) {
    if (span->bytes == 0 || span->bytes % FIRST_FIT_UNIT != 0) {
      return "a span is of whole units";
    }
    /* So that this ends, too, whatever they hold. */
    if (span->next != NULL &&
        (span->next <= span ||
         start_of(span->next) - start_of(span) <= span->bytes)) {
      return "spans rise and do not touch";
    }
  }
  return NULL;
}
