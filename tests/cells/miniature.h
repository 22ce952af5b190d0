#ifndef LOCKSTEP_TESTS_CELLS_MINIATURE_H_
#define LOCKSTEP_TESTS_CELLS_MINIATURE_H_

/* A small first-fit allocator, and the faults that it can be built with. It is
 * honest if FAULT is kHonest.
 *
 *     +-------+------------+------+-------+---------------+
 *     | bytes | block ...  | ...  | bytes | hole ...      |
 *     +-------+------------+------+-------+---------------+
 *       kUnit                       kUnit, with the next hole
 */

#include <stddef.h>
#include <stdint.h>

typedef enum fault {
  kHonest,
  /* Kinds of fault that real allocators had, with the number of the kind. */
  kUsableWraps,           /* 13: smaller than what was asked for, near 2^64. */
  kSizeIsCutOff,          /* 14: to 32 bits, when it is rounded up. */
  kAlignWraps,            /* 15: twice a huge one is nothing. */
  kAssertsThatItFits,     /* 16: on an ordinary refusal. */
  kIndexPastTheTable,     /* 17: it overwrites the list of holes. */
  kStatisticsNeedAHole,   /* 18: those of a full heap dereference null. */
  kCyclicHoles,           /* 19: one that is joined is linked to itself. */
  kDiesBySigkill,         /* 20: no handler survives that. */
  kForgetsToClear,        /* 21: its state, which holds anything. */
  kClearsTooMuch,         /* 22: a byte behind its state. */
  kShiftsTooFar,          /* 23: without a visible effect. */
  kAssertsOnALargeRegion, /* 25: larger than its largest hole. */
  kWritesIntoATinyRegion, /* 26: more than there is. */
  kForgetsABorder,        /* 27: a hole that ends at it stays apart. */
  /* What a process can suffer. */
  kExits,
  kOverflowsTheStack,
  kUnmapsTheArena,
  kWritesWildly,
  kTalksAndAborts,
  kSleeps,
  kCreateCrashes,
  kDestroyCrashes,
  kStatisticsCrash,
  kAuditCrashes
} fault;

enum { kUnit = 16, kOrders = 14 };
#define MOST_HOLE_BYTES ((size_t)1 << 19)

typedef struct hole {
  size_t bytes; /* With what stands in front of it. */
  struct hole* next;
} hole;

typedef struct heap {
  size_t total_bytes;
  size_t used_bytes;
  size_t served_bytes[kOrders]; /* The last time, for each power of two. */
  hole* holes;                  /* Rising. */
  uintptr_t border;          /* Where the first region that was added starts. */
  unsigned orders_asked_for; /* A bit for each. */
} heap;

/* What goes wrong when a block is freed. It may not return. */
void suffer(fault which, heap* self, const void* block);

#endif /* LOCKSTEP_TESTS_CELLS_MINIATURE_H_ */
