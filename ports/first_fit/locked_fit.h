#ifndef LOCKSTEP_PORTS_FIRST_FIT_LOCKED_FIT_H_
#define LOCKSTEP_PORTS_FIRST_FIT_LOCKED_FIT_H_

/* The first-fit free list behind a mutex: several threads may allocate and free
 * at once, and any may free what another allocated.
 *   Units      bytes.
 *   Requires   that no other thread is in it where memory is added.
 *   Errors     as first_fit.h says.
 *   Complexity O(free spans), once the mutex is taken.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#include "ports/first_fit/first_fit.h"

typedef struct locked_fit {
  pthread_mutex_t mutex;
  first_fit heap;
} locked_fit;

void locked_fit_begin(locked_fit* fit);
void locked_fit_end(locked_fit* fit);
void* locked_fit_allocate(locked_fit* fit, size_t bytes, size_t align);
bool locked_fit_free(locked_fit* fit, void* block, size_t bytes);

#endif /* LOCKSTEP_PORTS_FIRST_FIT_LOCKED_FIT_H_ */
