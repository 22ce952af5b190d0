#include "ports/first_fit/locked_fit.h"

void locked_fit_begin(locked_fit* fit) {
  pthread_mutex_init(&fit->mutex, NULL);
  fit->heap.spans = NULL;
}

void locked_fit_end(locked_fit* fit) { pthread_mutex_destroy(&fit->mutex); }

void* locked_fit_allocate(locked_fit* fit, size_t bytes, size_t align) {
  pthread_mutex_lock(&fit->mutex);
  void* const block = first_fit_allocate(&fit->heap, bytes, align);
  pthread_mutex_unlock(&fit->mutex);
  return block;
}

bool locked_fit_free(locked_fit* fit, void* block, size_t bytes) {
  pthread_mutex_lock(&fit->mutex);
  const bool is_freed = first_fit_free(&fit->heap, block, bytes);
  pthread_mutex_unlock(&fit->mutex);
  return is_freed;
}
