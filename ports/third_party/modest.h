#ifndef LOCKSTEP_PORTS_THIRD_PARTY_MODEST_H_
#define LOCKSTEP_PORTS_THIRD_PARTY_MODEST_H_

/* For allocators that take memory from the system. There is more of that than
 * should be written to in a test: a larger block is given back, and refused. */

#include <stddef.h>
#include <stdint.h>

#include "lockstep/port.h"

enum { MODEST_BYTES = 1 << 24 };

/* Whether there could be such a block, which then would have to be given back. */
static inline int is_immodest(size_t bytes) {
  return bytes > MODEST_BYTES && bytes <= PTRDIFF_MAX;
}

/* `found` is what an allocator returned: null, or what `give_back` takes. */
static inline lockstep_status serve_modestly(void* found, size_t bytes,
                                             void (*give_back)(void*),
                                             void** block) {
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  if (bytes > MODEST_BYTES) {
    give_back(found);
    return LOCKSTEP_NO_MEMORY;
  }
  *block = found;
  return LOCKSTEP_OK;
}

#endif /* LOCKSTEP_PORTS_THIRD_PARTY_MODEST_H_ */
