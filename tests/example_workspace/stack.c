#include "stack.h"

void stack_give(stack* self, void* start, size_t bytes) {
  self->start = (uintptr_t)start;
  self->top = self->start;
  self->end = self->start + bytes;
  self->live_blocks = 0;
}

/* So that no two blocks have the same address. */
static size_t or_one(size_t bytes) { return bytes == 0 ? 1 : bytes; }

void* stack_allocate(stack* self, size_t bytes, size_t align) {
  const size_t gap = (size_t)(-self->top & (align - 1));
  const size_t room = (size_t)(self->end - self->top);
  if (gap > room || or_one(bytes) > room - gap) return NULL;
  const uintptr_t block = self->top + gap;
  self->top = block + or_one(bytes);
  ++self->live_blocks;
  return (void*)block;
}

bool stack_free(stack* self, void* block, size_t bytes) {
  const uintptr_t address = (uintptr_t)block;
  if (address < self->start || address >= self->top) return false;
  --self->live_blocks;
  if (self->live_blocks == 0) {
    self->top = self->start;
  } else if (address + or_one(bytes) == self->top) {
    self->top = address;
  }
  return true;
}
