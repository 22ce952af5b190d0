#ifndef LOCKSTEP_TESTS_SCHEDULE_CORNERS_NO_FREE_H_
#define LOCKSTEP_TESTS_SCHEDULE_CORNERS_NO_FREE_H_

/* A free after which nothing can be had again. */

#include "lockstep/port.h"

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  (void)state;
  (void)freed;
  (void)bytes;
  (void)align;
  return LOCKSTEP_OK;
}

#endif /* LOCKSTEP_TESTS_SCHEDULE_CORNERS_NO_FREE_H_ */
