/* First fit behind a mutex. It knows the pieces of its region, free ones and live
 * ones, from a table that is sorted by address: those behind a piece move when it
 * is split or joined.
 *
 *   table   | at 0: 64, live | at 64: 32, free | at 96: 32, live | ...
 */

#include <pthread.h>
#include <string.h>

#include "tests/threads/animals/animal.h"

enum fault {
  kHonest,
  kCopiesTooLate,   /* What has been freed and unlocked. */
  kDecidesOutside,  /* Whether the next piece is free and large enough. */
  kLooksUpUnlocked, /* A size, while others move the table. */
  kFindsOutside     /* A piece that fits, before the lock is taken. */
};
static const enum fault kFault = FAULT;

enum { kUnit = 16, kMostPieces = 12, kMostBytes = 512 };

typedef struct piece {
  char* start;
  size_t bytes;
  int is_live;
} piece;

typedef struct heap {
  pthread_mutex_t lock;
  size_t pieces; /* Behind the lock, like all that follows. */
  piece table[kMostPieces];
  size_t used_bytes;
  size_t region_bytes;
} heap;

/* kMostPieces if there is none. */
static size_t find(const heap* self, const void* start) {
  for (size_t i = 0; i < self->pieces; ++i) {
    if (self->table[i].start == start) return i;
  }
  return kMostPieces;
}

static size_t find_free(const heap* self, size_t bytes) {
  for (size_t i = 0; i < self->pieces; ++i) {
    const piece* const one = &self->table[i];
    if (!one->is_live && one->bytes >= bytes) return i;
  }
  return kMostPieces;
}

/* The rest becomes a piece of its own. Whether the table has room for it. */
static int split(heap* self, size_t at, size_t bytes) {
  piece* const one = &self->table[at];
  const size_t rest = one->bytes - bytes;
  if (rest == 0) return 1;
  if (self->pieces == kMostPieces) return 0;
  for (size_t i = self->pieces; i > at + 1; --i) {
    self->table[i] = self->table[i - 1];
  }
  ++self->pieces;
  self->table[at + 1] = (piece){one->start + bytes, rest, 0};
  one->bytes = bytes;
  return 1;
}

/* With the piece behind it. */
static void join(heap* self, size_t at) {
  self->table[at].bytes += self->table[at + 1].bytes;
  --self->pieces;
  for (size_t i = at + 1; i < self->pieces; ++i) {
    self->table[i] = self->table[i + 1];
  }
}

static int is_free(const heap* self, size_t at) {
  return at < self->pieces && !self->table[at].is_live;
}

static void give(heap* self, void* start) {
  const size_t at = find(self, start);
  if (at == kMostPieces) return;
  self->used_bytes -= self->table[at].bytes;
  self->table[at].is_live = 0;
  if (is_free(self, at + 1)) join(self, at);
  if (at != 0 && is_free(self, at - 1)) join(self, at - 1);
}

/* 0: too many. */
static size_t rounded(size_t bytes) {
  if (bytes == 0) return kUnit;
  if (bytes > kMostBytes) return 0;
  return (bytes + kUnit - 1) & ~(size_t)(kUnit - 1);
}

static void* take_at(heap* self, size_t at, size_t bytes) {
  if (at == kMostPieces || !split(self, at, bytes)) return NULL;
  self->table[at].is_live = 1;
  self->used_bytes += bytes;
  return self->table[at].start;
}

static lockstep_status create(void* state) {
  heap* const self = state;
  *self = (heap){0};
  pthread_mutex_init(&self->lock, NULL);
  return LOCKSTEP_OK;
}

static void destroy(void* state) {
  heap* const self = state;
  pthread_mutex_destroy(&self->lock);
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  heap* const self = state;
  const size_t kept = bytes < kMostBytes ? bytes : kMostBytes;
  self->table[0] = (piece){start, kept & ~(size_t)(kUnit - 1), 0};
  self->pieces = 1;
  self->region_bytes = self->table[0].bytes;
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  heap* const self = state;
  const size_t needed = rounded(bytes);
  if (needed == 0 || align > kUnit) return LOCKSTEP_INVALID_PARAM;
  size_t at = kFault == kFindsOutside ? find_free(self, needed) : 0;
  pthread_mutex_lock(&self->lock);
  if (kFault != kFindsOutside) at = find_free(self, needed);
  void* const block = take_at(self, at, needed);
  pthread_mutex_unlock(&self->lock);
  if (block == NULL) return LOCKSTEP_NO_MEMORY;
  *out = block;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  heap* const self = state;
  (void)bytes;
  (void)align;
  pthread_mutex_lock(&self->lock);
  give(self, block);
  pthread_mutex_unlock(&self->lock);
  return LOCKSTEP_OK;
}

/* Whether a block can have so many bytes where it is. */
static int can_be(const heap* self, size_t at, size_t needed) {
  if (at == kMostPieces) return 0;
  size_t bytes = self->table[at].bytes;
  if (is_free(self, at + 1)) bytes += self->table[at + 1].bytes;
  return bytes >= needed && (bytes == needed || is_free(self, at + 1) ||
                             self->pieces < kMostPieces);
}

static void change(heap* self, size_t at, size_t needed) {
  const size_t before = self->table[at].bytes;
  if (needed != before && at + 1 < self->pieces &&
      (is_free(self, at + 1) || needed > before)) {
    join(self, at);
  }
  split(self, at, needed);
  self->used_bytes += needed - before;
}

static lockstep_status resize(void* state, void* block, size_t bytes,
                              size_t align, size_t new_bytes) {
  heap* const self = state;
  const size_t needed = rounded(new_bytes);
  (void)bytes;
  (void)align;
  if (needed == 0) return LOCKSTEP_INVALID_PARAM;
  pthread_mutex_lock(&self->lock);
  const int can = can_be(self, find(self, block), needed);
  if (kFault == kDecidesOutside) {
    pthread_mutex_unlock(&self->lock);
    pthread_mutex_lock(&self->lock);
  }
  if (can) change(self, find(self, block), needed);
  pthread_mutex_unlock(&self->lock);
  return can ? LOCKSTEP_OK : LOCKSTEP_NO_MEMORY;
}

static lockstep_status reallocate(void* state, void* block, size_t bytes,
                                  size_t align, size_t new_bytes,
                                  size_t new_align, void** out) {
  heap* const self = state;
  const size_t needed = rounded(new_bytes);
  const size_t kept = bytes < new_bytes ? bytes : new_bytes;
  (void)align;
  if (needed == 0 || new_align > kUnit) return LOCKSTEP_INVALID_PARAM;
  pthread_mutex_lock(&self->lock);
  void* moved = block;
  if (can_be(self, find(self, block), needed)) {
    change(self, find(self, block), needed);
  } else {
    moved = take_at(self, find_free(self, needed), needed);
    if (moved != NULL) {
      if (kFault != kCopiesTooLate) memcpy(moved, block, kept);
      give(self, block);
    }
  }
  pthread_mutex_unlock(&self->lock);
  if (moved == NULL) return LOCKSTEP_NO_MEMORY;
  if (kFault == kCopiesTooLate && moved != block) memcpy(moved, block, kept);
  *out = moved;
  return LOCKSTEP_OK;
}

static lockstep_status usable_of(const void* state, const void* block,
                                 size_t bytes, size_t align, size_t* usable) {
  heap* const self = (heap*)state;
  (void)bytes;
  (void)align;
  if (kFault != kLooksUpUnlocked) pthread_mutex_lock(&self->lock);
  const size_t at = find(self, block);
  const size_t found = at == kMostPieces ? 0 : self->table[at].bytes;
  if (kFault != kLooksUpUnlocked) pthread_mutex_unlock(&self->lock);
  if (at == kMostPieces) return LOCKSTEP_INVALID_PARAM;
  *usable = found;
  return LOCKSTEP_OK;
}

static void statistics(const void* state, lockstep_statistics* out) {
  heap* const self = (heap*)state;
  pthread_mutex_lock(&self->lock);
  out->total = self->region_bytes;
  out->used = self->used_bytes;
  out->available = out->total - out->used;
  pthread_mutex_unlock(&self->lock);
}

static const char* audit(const void* state) {
  const heap* const self = state;
  size_t used_bytes = 0;
  for (size_t i = 0; i < self->pieces; ++i) {
    const piece* const one = &self->table[i];
    if (one->is_live) used_bytes += one->bytes;
    if (i + 1 < self->pieces && one->start + one->bytes != one[1].start) {
      return "pieces touch";
    }
  }
  return used_bytes == self->used_bytes ? NULL : "what is live is used";
}

const lockstep_port ANIMAL = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = NAME(ANIMAL),
    .summary = "first fit with a table, behind a mutex",
    .capabilities = LOCKSTEP_THREAD_SAFE | LOCKSTEP_RESTORES,
    .state_bytes = sizeof(heap),
    .region_align_bytes = kUnit,
    .max_request_bytes = kMostBytes / 4,
    .max_request_align = kUnit,
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
    .statistics = statistics,
    .audit = audit,
    .reallocate = reallocate,
    .resize = resize,
    .usable_of = usable_of,
};

LOCKSTEP_EXPORT(ANIMAL)
