/* What befalls a process. */

#define _GNU_SOURCE

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/cells/miniature.h"

/* Not a loop: each call needs what the next one returns. */
static size_t descend(size_t depth) {
  volatile char frame[1024];
  frame[depth % sizeof frame] = 1;
  return descend(depth + 1) + (size_t)frame[0];
}

static void unmap_around(const void* address) {
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  munmap((void*)((uintptr_t)address & ~(page - 1)), page);
}

/* Over much of what the harness has on the heap. */
static void write_wildly(void) {
  volatile char* const ours = malloc(32);
  for (int i = -(16 << 10); i < 4 << 10; ++i) ours[i] = (char)0xA5;
}

static void talk_and_abort(void) {
  for (int i = 0; i < 16384; ++i) {
    fprintf(stderr,
            "%06d: a line of sixty-four bytes, as some allocators log.\n", i);
  }
  abort();
}

void suffer(fault which, heap* self, const void* block) {
  switch (which) {
    case kDiesBySigkill:
      kill(getpid(), SIGKILL);
      break;
    case kExits:
      _exit(0);
    case kOverflowsTheStack:
      self->used_bytes += descend(0);
      break;
    case kUnmapsTheArena:
      unmap_around(block);
      break;
    case kWritesWildly:
      write_wildly();
      break;
    case kTalksAndAborts:
      talk_and_abort();
      break;
    case kSleeps:
      for (;;) pause();
    default:
      break;
  }
}
