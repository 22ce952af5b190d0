#ifndef LOCKSTEP_TESTS_THREADS_ANIMALS_ANIMAL_H_
#define LOCKSTEP_TESTS_THREADS_ANIMALS_ANIMAL_H_

/* What the allocators in this folder share: a few blocks of one size, and the
 * table of a port. Each file is one honest allocator, which can also be built
 * with one fault in how it deals with threads: FAULT says which, ANIMAL is the
 * name of the table. All of them are listed in animals.bzl.
 *
 *   region  +---------+---------+---------+---------+----------- -
 *           | block 1 | block 2 | block 3 | block 4 | not used
 *           +---------+---------+---------+---------+----------- -
 *           kBlockBytes each; a free block starts with a link
 *
 * There are few blocks, so that a few operations use them up.
 */

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

#include "lockstep/port.h"

enum { kBlockBytes = 64, kMostBlocks = 4 };

typedef struct block {
  struct block* next;
} block;

static inline block* block_at(void* start, size_t index) {
  return (block*)((char*)start + index * kBlockBytes);
}

static inline size_t blocks_in(size_t region_bytes) {
  const size_t blocks = region_bytes / kBlockBytes;
  return blocks < kMostBlocks ? blocks : kMostBlocks;
}

static inline void push(block** list, block* one) {
  one->next = *list;
  *list = one;
}

/* Null if there is none. */
static inline block* pop(block** list) {
  block* const one = *list;
  if (one != NULL) *list = one->next;
  return one;
}

/* The blocks of a region, as a list from the lowest to the highest. */
static inline block* carve(void* start, size_t blocks) {
  block* list = NULL;
  while (blocks != 0) push(&list, block_at(start, --blocks));
  return list;
}

/* It also ends if the list is a ring. */
static inline size_t length_of(const block* list) {
  size_t length = 0;
  for (; list != NULL && length <= kMostBlocks; list = list->next) ++length;
  return length;
}

static inline int is_too_large(size_t bytes, size_t align) {
  return bytes > kBlockBytes || align > kBlockBytes;
}

/* So many of the blocks are live. */
static inline void report(size_t region_bytes, size_t used,
                          lockstep_statistics* out) {
  out->total = region_bytes;
  out->used = used * kBlockBytes;
  out->available = out->total - out->used;
}

#define TEXT(name) #name
#define NAME(name) TEXT(name)

/* The first fields of the table of an allocator that has such blocks. */
#ifdef __cplusplus
constexpr lockstep_port animal_table(const char* summary,
                                     lockstep_capabilities promises,
                                     size_t state_bytes) {
  lockstep_port table{};
  table.version = LOCKSTEP_PORT_VERSION;
  table.name = NAME(ANIMAL);
  table.summary = summary;
  table.capabilities = promises;
  table.state_bytes = state_bytes;
  table.region_align_bytes = kBlockBytes;
  table.max_request_bytes = kBlockBytes;
  table.max_request_align = kBlockBytes;
  return table;
}
#else
#define ANIMAL_TABLE(what, promises, state_type)                           \
  .version = LOCKSTEP_PORT_VERSION, .name = NAME(ANIMAL), .summary = what, \
  .capabilities = (promises), .state_bytes = sizeof(state_type),           \
  .region_align_bytes = kBlockBytes, .max_request_bytes = kBlockBytes,     \
  .max_request_align = kBlockBytes
#endif

#endif /* LOCKSTEP_TESTS_THREADS_ANIMALS_ANIMAL_H_ */
