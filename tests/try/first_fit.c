/* First fit over one region, with headers of 16 bytes. SHORT_HEADER: a bug. */
#include <stddef.h>
#include <stdint.h>

typedef struct node {
  size_t size; /* With the header. */
  struct node* next;
} node;
static node* head;

#ifdef SHORT_HEADER
enum { HEADER = 8 };
#else
enum { HEADER = 16 };
#endif

void my_init(void* start, size_t bytes) {
  const uintptr_t first = ((uintptr_t)start + 15) & ~(uintptr_t)15;
  const size_t lost = first - (uintptr_t)start;
  head = NULL;
  if (bytes < lost + 32) return;
  head = (node*)first;
  head->size = (bytes - lost) & ~(size_t)15;
  head->next = NULL;
}

void* my_malloc(size_t bytes) {
  if (bytes > SIZE_MAX / 2) return NULL;
  const size_t wanted = ((bytes == 0 ? 1 : bytes) + HEADER + 15) & ~(size_t)15;
  for (node** at = &head; *at != NULL; at = &(*at)->next) {
    node* const found = *at;
    if (found->size < wanted) continue;
    if (found->size - wanted >= 16) {
      node* const rest = (node*)((char*)found + wanted);
      rest->size = found->size - wanted;
      rest->next = found->next;
      *at = rest;
      found->size = wanted;
    } else {
      *at = found->next;
    }
    return found + 1;
  }
  return NULL;
}

void my_free(void* pointer) {
  node* const freed = (node*)pointer - 1;
  freed->next = head;
  head = freed;
}
