#ifndef LOCKSTEP_TESTS_WHOLE_WHOLE_H_
#define LOCKSTEP_TESTS_WHOLE_WHOLE_H_

/* A small heap that offers the whole interface, and the faults that it can be
 * built with. It is honest if FAULT is kHonest.
 *
 *     +-------+-----------------+-------+---------------------------+
 *     | chunk | block ... slack | chunk | free ...                  |
 *     +-------+-----------------+-------+---------------------------+
 *       kUnit   whole units       kUnit
 *
 * The chunks of a region lie one behind the other, so each is found from the
 * one before. Regions that touch are one.
 */

#include <stddef.h>
#include <stdint.h>

typedef enum fault {
  kHonest,
  /* Each with the number of the kind of fault that real allocators had. */
  kCopiesTooFew,        /* 1: when it moves, not the last bytes. */
  kCopiesTooMany,       /* 1: into what is smaller. */
  kGrowsOverANeighbour, /* 2: in place, whether that is live or not. */
  kFreesBeforeItFails,  /* 3: what it could not move. */
  kLosesTheAlign,       /* 4: of a block that moves. */
  kShrinksTooFar,       /* 5: and writes a chunk into what is live. */
  kKeepsTheTail,        /* 6: of a block that shrinks. */
  kRefusesToGrow,       /* 7: in place, though there is room. */
  kLosesAFlag,        /* 8: what is left of a neighbour is never free again. */
  kClearsNothing,     /* 9: of memory that was used before. */
  kProductWraps,      /* 10 */
  kClearsFromUsable,  /* 11: and not from what was asked for. */
  kUsableTooLarge,    /* 12: of blocks with a large align. */
  kLargestVanish,     /* 24: two that become one. */
  kCutsOffSizes,      /* 28: of chunks, to 32 bits. */
  kKeepsRegionsApart, /* 29: that touch. */
  kLosesItsOrder,     /* 30: takes the last chunk that fits, not the first. */
  kRefusesNearFull,   /* 31 */
  kTooFewBlocks,      /* 32: one fewer than it says. */
  kSearchesAll,       /* 38: all that is live, for each chunk. */
  kFreesTwice,        /* 39: without a word. */
  kFreesInside,       /* 40: the same. */
  kForgetsLayouts,    /* 39: frees with any. */
  kChangesAnyLayout   /* 39: reallocates and resizes with any. */
} fault;

enum { kUnit = 32, kMostRegions = 16, kMostBlocks = 40 };

typedef struct chunk {
  size_t bytes;        /* With the chunk itself. */
  size_t asked;        /* By the client. */
  uint32_t mark;       /* kUsed or kFree. */
  uint32_t align_log2; /* That the client asked for. */
} chunk;

typedef struct region {
  uintptr_t start;
  uintptr_t end;
} region;

typedef struct heap {
  region regions[kMostRegions]; /* Rising. */
  size_t region_count;
  size_t live;
  uint64_t steps;
  uintptr_t fresh; /* From here on nothing was ever used. */
} heap;

#endif /* LOCKSTEP_TESTS_WHOLE_WHOLE_H_ */
