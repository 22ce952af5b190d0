#include "tests/cells/miniature.h"

#include <assert.h>
#include <string.h>

#include "lockstep/port.h"

static const fault kFault = FAULT;

static void crash_if(fault which) {
  if (kFault == which) *(volatile int*)NULL = 0;
}

/* 0 of 1, 1 of 2 and 3, 2 of 4 to 7, ... */
static unsigned order_of(size_t number) {
  unsigned order = 0;
  while (number >>= 1) ++order;
  return order;
}

/* All neighbours are joined. */
static void put(heap* self, hole* one, size_t bytes) {
  hole* before = NULL;
  hole* after = self->holes;
  while (after != NULL && after < one) {
    before = after;
    after = after->next;
  }
  one->bytes = bytes;
  one->next = after;
  const int is_apart =
      kFault == kForgetsABorder && (uintptr_t)one + bytes == self->border;
  if (after != NULL && (char*)one + bytes == (char*)after && !is_apart) {
    one->bytes += after->bytes;
    one->next = after->next;
  }
  if (before != NULL && (char*)before + before->bytes == (char*)one) {
    before->bytes += one->bytes;
    before->next = kFault == kCyclicHoles ? before : one->next;
  } else if (before != NULL) {
    before->next = one;
  } else {
    self->holes = one;
  }
}

/* The first that fits. What is left of it, on both sides, stays a hole. */
static hole* take(heap* self, size_t bytes, size_t align) {
  for (hole** link = &self->holes; *link != NULL; link = &(*link)->next) {
    hole* const found = *link;
    /* Up to where what follows kUnit bytes is aligned. */
    const size_t skipped = (0 - ((uintptr_t)found + kUnit)) & (align - 1);
    if (kFault == kAlignWraps
            ? bytes + 2 * (align - kUnit) > found->bytes
            : skipped > found->bytes || bytes > found->bytes - skipped) {
      continue;
    }
    hole* const block = (hole*)((char*)found + skipped);
    const size_t left = found->bytes - skipped - bytes;
    hole* next = found->next;
    if (left != 0) {
      hole* const rest = (hole*)((char*)block + bytes);
      *rest = (hole){left, next};
      next = rest;
    }
    if (skipped == 0) {
      *link = next;
    } else {
      *found = (hole){skipped, next};
    }
    block->bytes = bytes;
    return block;
  }
  return NULL;
}

static void note(heap* self, size_t bytes) {
  unsigned order = order_of(bytes / kUnit);
  if (order >= kOrders && kFault != kIndexPastTheTable) order = kOrders - 1;
  self->served_bytes[order] = bytes;
}

static lockstep_status create(void* state) {
  crash_if(kCreateCrashes);
  if (kFault != kForgetsToClear) memset(state, 0, sizeof(heap));
  if (kFault == kClearsTooMuch) ((volatile char*)state)[sizeof(heap)] = 0;
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  (void)state;
  crash_if(kDestroyCrashes);
}

/* In pieces that are no larger than the largest hole, a unit apart. */
static void give(heap* self, uintptr_t start, size_t bytes) {
  uintptr_t from = (start + kUnit - 1) & ~(uintptr_t)(kUnit - 1);
  const uintptr_t end = (start + bytes) & ~(uintptr_t)(kUnit - 1);
  self->total_bytes += bytes;
  while (from < end) {
    const size_t left = end - from;
    const size_t piece = left < MOST_HOLE_BYTES ? left : MOST_HOLE_BYTES;
    if (kFault == kAssertsOnALargeRegion) assert(piece == left);
    put(self, (hole*)from, piece);
    from += piece + kUnit;
  }
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  give(state, (uintptr_t)start, bytes);
  return LOCKSTEP_OK;
}

static lockstep_status add(void* state, void* start, size_t bytes) {
  heap* const self = state;
  if (kFault == kWritesIntoATinyRegion) *(hole*)start = (hole){0, NULL};
  give(self, (uintptr_t)start, bytes);
  if (self->border == 0) self->border = (uintptr_t)start;
  return LOCKSTEP_OK;
}

/* With what stands in front of a block; 0: too many. */
static size_t whole(size_t bytes) {
  if (bytes == 0) bytes = 1;
  if (kFault == kSizeIsCutOff && bytes <= UINT32_MAX) {
    return ((uint32_t)bytes + 2 * kUnit - 1) & ~(uint32_t)(kUnit - 1);
  }
  if (bytes > SIZE_MAX / 2) return 0;
  return (bytes + 2 * kUnit - 1) & ~(size_t)(kUnit - 1);
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  heap* const self = state;
  const unsigned order = order_of(bytes);
  if (kFault == kShiftsTooFar || order < 32) {
    self->orders_asked_for |= 1u << order;
  }
  const size_t needed = whole(bytes);
  hole* const found =
      needed == 0 ? NULL : take(self, needed, align < kUnit ? kUnit : align);
  if (kFault == kAssertsThatItFits) assert(found != NULL);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  self->used_bytes += needed;
  note(self, needed);
  *block = (char*)found + kUnit;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  heap* const self = state;
  (void)bytes;
  (void)align;
  if (block == NULL) return LOCKSTEP_INVALID_PARAM;
  hole* const one = (hole*)((char*)block - kUnit);
  suffer(kFault, self, block);
  self->used_bytes -= one->bytes;
  put(self, one, one->bytes);
  return LOCKSTEP_OK;
}

static lockstep_status usable(const void* state, size_t bytes, size_t align,
                              size_t* min, size_t* max) {
  (void)state;
  (void)align;
  if (bytes > SIZE_MAX / 2 && kFault != kUsableWraps) {
    return LOCKSTEP_INVALID_PARAM;
  }
  *min = *max = (bytes + kUnit - 1) & ~(size_t)(kUnit - 1);
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  const heap* const self = state;
  if (self->used_bytes != 0) crash_if(kStatisticsCrash);
  if (self->total_bytes != 0 && self->holes == NULL) {
    crash_if(kStatisticsNeedAHole);
  }
  out->total = self->total_bytes;
  out->used = self->used_bytes;
  out->available = self->total_bytes - self->used_bytes;
}

static const char* audit(const void* state) {
  const heap* const self = state;
  if (self->used_bytes != 0) crash_if(kAuditCrashes);
  return self->used_bytes > self->total_bytes ? "more used than there is"
                                              : NULL;
}

#define TEXT(name) #name
#define NAME(name) TEXT(name)

const lockstep_port MINIATURE = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(MINIATURE),
    .summary = "a first fit with at most one fault",
    .capabilities = LOCKSTEP_RESTORES | LOCKSTEP_DETECTS_NULL,
    .state_bytes = sizeof(heap),
    .state_align = _Alignof(heap),
    .create = create,
    .destroy = destroy,
    .init = init,
    .add = add,
    .allocate = allocate,
    .deallocate = deallocate,
    .usable = usable,
    .statistics = statistics,
    .audit = audit,
};

#ifdef EXPORTED
LOCKSTEP_EXPORT(MINIATURE)
#endif
