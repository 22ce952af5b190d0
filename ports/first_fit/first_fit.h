#ifndef LOCKSTEP_PORTS_FIRST_FIT_FIRST_FIT_H_
#define LOCKSTEP_PORTS_FIRST_FIT_FIRST_FIT_H_

/* A first-fit free list over memory that is given to it, in plain C: the
 * example of docs/porting.md. Free spans are linked in the order of their
 * addresses, through themselves; blocks have no header, for their size comes
 * back when they are freed.
 *   Units      bytes. Spans begin and end at multiples of FIRST_FIT_UNIT.
 *   Errors     null, or false; then nothing has changed.
 *   Complexity O(free spans).
 *   After      Knuth, The Art of Computer Programming, volume 1, 2.5.
 */

#include <stdbool.h>
#include <stddef.h>

typedef struct first_fit_span {
  size_t bytes;
  struct first_fit_span* next;
} first_fit_span;

#define FIRST_FIT_UNIT sizeof(first_fit_span)

typedef struct first_fit {
  first_fit_span* spans;
} first_fit;

/* What of it lies between two units is left alone. */
void first_fit_add(first_fit* heap, void* start, size_t bytes);

/* `align` is a power of two. Zero bytes take a unit. */
void* first_fit_allocate(first_fit* heap, size_t bytes, size_t align);

/* With the bytes it was allocated with. False if any of it is free. */
bool first_fit_free(first_fit* heap, void* block, size_t bytes);

/* The name of the first broken invariant, or null. */
const char* first_fit_audit(const first_fit* heap);

#endif /* LOCKSTEP_PORTS_FIRST_FIT_FIRST_FIT_H_ */
