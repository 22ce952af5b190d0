#ifndef STACK_H_
#define STACK_H_

/* An allocator to begin with: blocks lie one behind the other. Memory is free
 * again when the last of them is freed, or all of them are.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct stack {
  uintptr_t start;
  uintptr_t top;
  uintptr_t end;
  size_t live_blocks;
} stack;

void stack_give(stack* self, void* start, size_t bytes);

/* Null when there is no room. `align` is a power of two. */
void* stack_allocate(stack* self, size_t bytes, size_t align);

/* False if nothing can be live there. */
bool stack_free(stack* self, void* block, size_t bytes);

#endif /* STACK_H_ */
