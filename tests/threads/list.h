#ifndef LOCKSTEP_TESTS_THREADS_LIST_H_
#define LOCKSTEP_TESTS_THREADS_LIST_H_

// See list.c.

#include "lockstep/port.h"

extern "C" {
extern const lockstep_port list_honest;
extern const lockstep_port list_unlocked;
extern const lockstep_port list_lets_go;
extern const lockstep_port list_lock_order;
extern const lockstep_port list_forgets_fork;
extern const lockstep_port list_promises_nothing;
extern const lockstep_port list_misplaces;
}

#endif  // LOCKSTEP_TESTS_THREADS_LIST_H_
