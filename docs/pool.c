#include <pthread.h>

#include "lockstep/port.h"

typedef struct block {
  struct block* next;
} block;
typedef struct pool {
  pthread_mutex_t mutex;
  block* first;
} pool;

static lockstep_status create(void* state) {
  *(pool*)state = (pool){.mutex = PTHREAD_MUTEX_INITIALIZER};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** out) {
  pool* const self = state;
  if (bytes > 64 || align > 64) return LOCKSTEP_NO_MEMORY;
  pthread_mutex_lock(&self->mutex);
  block* const first = self->first; /* It looks, ... */
  pthread_mutex_unlock(&self->mutex);
  if (first == NULL) return LOCKSTEP_NO_MEMORY;
  pthread_mutex_lock(&self->mutex);
  self->first = first->next; /* ... and takes. */
  pthread_mutex_unlock(&self->mutex);
  *out = first;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* freed, size_t bytes,
                                  size_t align) {
  pool* const self = state;
  (void)bytes, (void)align;
  pthread_mutex_lock(&self->mutex);
  ((block*)freed)->next = self->first;
  self->first = freed;
  pthread_mutex_unlock(&self->mutex);
  return LOCKSTEP_OK;
}

static lockstep_status init(void* state, void* start, size_t bytes) {
  for (size_t at = 0; at + 64 <= bytes; at += 64) {
    deallocate(state, (char*)start + at, 64, 64);
  }
  return LOCKSTEP_OK;
}

const lockstep_port pool_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "pool",
    .state_bytes = sizeof(pool),
    .capabilities = LOCKSTEP_THREAD_SAFE,
    .region_align_bytes = 64,
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};
LOCKSTEP_EXPORT(pool_port)
