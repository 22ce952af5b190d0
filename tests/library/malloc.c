/* A small malloc, as a student would write it: size classes of powers of two
 * over an array. PREFIX is put in front of all names; PLANTED is a bug, or
 * nothing. */

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define JOIN_(a, b) a##b
#define JOIN(a, b) JOIN_(a, b)
#define NAME(name) JOIN(PREFIX, name)

enum { CLASSES = 64, HEADER = 16, ARENA_BYTES = 64 << 20 };

typedef struct block {
  size_t log2_bytes; /* Of the whole block. */
  struct block* next;
} block;

static _Alignas(4096) unsigned char arena[ARENA_BYTES];
static size_t used;
static block* free_blocks[CLASSES];

void* NAME(malloc)(size_t bytes);
void NAME(free)(void* pointer);
void* NAME(realloc)(void* pointer, size_t bytes);
void* NAME(calloc)(size_t count, size_t bytes);
void* NAME(memalign)(size_t align, size_t bytes);
void* NAME(aligned_alloc)(size_t align, size_t bytes);
int NAME(posix_memalign)(void** out, size_t align, size_t bytes);
void* NAME(reallocarray)(void* pointer, size_t count, size_t bytes);
void NAME(free_sized)(void* pointer, size_t bytes);
void NAME(free_aligned_sized)(void* pointer, size_t align, size_t bytes);
size_t NAME(malloc_usable_size)(void* pointer);

/* In front of each block that is handed out: where the whole one begins. */
static block** start_of(void* pointer) {
  return (block**)((unsigned char*)pointer - sizeof(block*));
}

void* NAME(memalign)(size_t align, size_t bytes) {
  if (align < HEADER) align = HEADER;
  if (bytes > ARENA_BYTES) return NULL;
  const size_t whole = bytes + sizeof(block) + align;
  size_t log2_bytes = 5;
  while (((size_t)1 << log2_bytes) < whole) ++log2_bytes;
  block* found = free_blocks[log2_bytes];
  if (found != NULL) {
    free_blocks[log2_bytes] = found->next;
  } else {
    if (((size_t)1 << log2_bytes) > ARENA_BYTES - used) return NULL;
    found = (block*)(arena + used);
    used += (size_t)1 << log2_bytes;
  }
  found->log2_bytes = log2_bytes;
  uintptr_t address = (uintptr_t)(found + 1) + sizeof(block*);
  address = (address + align - 1) & ~(uintptr_t)(align - 1);
  *start_of((void*)address) = found;
  return (void*)address;
}

void* NAME(malloc)(size_t bytes) { return NAME(memalign)(HEADER, bytes); }

void* NAME(aligned_alloc)(size_t align, size_t bytes) {
#ifdef FORGETS_ALIGN
  (void)align;
  return NAME(malloc)(bytes);
#else
  return NAME(memalign)(align, bytes);
#endif
}

int NAME(posix_memalign)(void** out, size_t align, size_t bytes) {
  void* const found = NAME(memalign)(align, bytes);
  if (found == NULL) return ENOMEM;
  *out = found;
  return 0;
}

void NAME(free)(void* pointer) {
  if (pointer == NULL) return;
  block* const found = *start_of(pointer);
  found->next = free_blocks[found->log2_bytes];
  free_blocks[found->log2_bytes] = found;
}

void NAME(free_sized)(void* pointer, size_t bytes) {
  (void)bytes;
  NAME(free)(pointer);
}

void NAME(free_aligned_sized)(void* pointer, size_t align, size_t bytes) {
  (void)align;
  (void)bytes;
  NAME(free)(pointer);
}

size_t NAME(malloc_usable_size)(void* pointer) {
  block* const found = *start_of(pointer);
  const size_t whole = (size_t)1 << found->log2_bytes;
#ifdef USABLE_IS_WHOLE
  return whole;
#else
  return (size_t)((unsigned char*)found + whole - (unsigned char*)pointer);
#endif
}

/* Its calls of malloc and free must stay in this library. */
void* NAME(realloc)(void* pointer, size_t bytes) {
  if (pointer == NULL) return NAME(malloc)(bytes);
  const size_t old_bytes = NAME(malloc_usable_size)(pointer);
  if (bytes <= old_bytes) return pointer;
  void* const found = NAME(malloc)(bytes);
  if (found == NULL) return NULL;
#ifndef FORGETS_CONTENTS
  memcpy(found, pointer, old_bytes);
#endif
  NAME(free)(pointer);
  return found;
}

void* NAME(reallocarray)(void* pointer, size_t count, size_t bytes) {
  if (bytes != 0 && count > SIZE_MAX / bytes) return NULL;
  return NAME(realloc)(pointer, count * bytes);
}

void* NAME(calloc)(size_t count, size_t bytes) {
#ifndef WRAPS
  if (bytes != 0 && count > SIZE_MAX / bytes) return NULL;
#endif
  void* const found = NAME(malloc)(count * bytes);
#ifndef FORGETS_ZEROES
  if (found != NULL) memset(found, 0, count * bytes);
#endif
  return found;
}
