#ifndef LOCKSTEP_TOOLS_CLI_NEW_SOURCES_H_
#define LOCKSTEP_TOOLS_CLI_NEW_SOURCES_H_

// The allocators of the templates in C and C++: each works, and is to be replaced.

#include <string_view>

namespace lockstep::suite {

inline constexpr std::string_view kCPort =
    R"(/* A bump allocator, and its port. Replace the allocator with your own; then go
 * through lockstep/port.h, which says what each function and promise means. */

#include <stddef.h>
#include <stdint.h>

#include "lockstep/port.h"

typedef struct NAME {
  uintptr_t next;
  uintptr_t end;
} NAME;

/* REPLACE: three functions. */
static void NAME_init(NAME* self, void* start, size_t bytes) {
  self->next = (uintptr_t)start;
  self->end = self->next + bytes;
}

static void* NAME_allocate(NAME* self, size_t bytes, size_t align) {
  const uintptr_t start = (self->next + align - 1) & ~(uintptr_t)(align - 1);
  const size_t asked = bytes == 0 ? 1 : bytes;
  if (start < self->next || start > self->end || asked > self->end - start) {
    return NULL;
  }
  self->next = start + asked;
  return (void*)start;
}

static void NAME_free(NAME* self, void* block, size_t bytes) {
  const uintptr_t end = (uintptr_t)block + (bytes == 0 ? 1 : bytes);
  if (end == self->next) self->next = (uintptr_t)block; /* The last one. */
}

/* The port. */
static lockstep_status create(void* state) {
  *(NAME*)state = (NAME){0, 0};
  return LOCKSTEP_OK;
}

static void destroy(void* state) { (void)state; }

static lockstep_status init(void* state, void* start, size_t bytes) {
  NAME_init(state, start, bytes);
  return LOCKSTEP_OK;
}

static lockstep_status allocate(void* state, size_t bytes, size_t align,
                                void** block) {
  void* const found = NAME_allocate(state, bytes, align);
  if (found == NULL) return LOCKSTEP_NO_MEMORY;
  *block = found;
  return LOCKSTEP_OK;
}

static lockstep_status deallocate(void* state, void* block, size_t bytes,
                                  size_t align) {
  (void)align;
  NAME_free(state, block, bytes);
  return LOCKSTEP_OK;
}

const lockstep_port NAME_port = {
    .version = LOCKSTEP_PORT_VERSION,
    .name = "NAME",
    .summary = "a bump allocator",
    /* All of its state is in `state` and in the region. */
    .capabilities = LOCKSTEP_SNAPSHOTS,
    .state_bytes = sizeof(NAME),
    .create = create,
    .destroy = destroy,
    .init = init,
    .allocate = allocate,
    .deallocate = deallocate,
};
LOCKSTEP_EXPORT(NAME_port)
)";

inline constexpr std::string_view kCppPort =
    R"(// A bump allocator, and its port. Replace the allocator with your own; then go
// through lockstep/port.h, which says what each function and promise means.

#include <cstddef>
#include <cstdint>
#include <new>

#include "lockstep/port.h"

namespace {

// REPLACE: this class.
class Allocator {
 public:
  void Init(void* start, std::size_t bytes) {
    next_ = reinterpret_cast<std::uintptr_t>(start);
    end_ = next_ + bytes;
  }

  void* Allocate(std::size_t bytes, std::size_t align) {
    const std::uintptr_t start = (next_ + align - 1) & ~(align - 1);
    const std::size_t asked = bytes == 0 ? 1 : bytes;
    if (start < next_ || start > end_ || asked > end_ - start) return nullptr;
    next_ = start + asked;
    return reinterpret_cast<void*>(start);
  }

  void Free(void* block, std::size_t bytes) {
    const auto start = reinterpret_cast<std::uintptr_t>(block);
    if (start + (bytes == 0 ? 1 : bytes) == next_) next_ = start;
  }

 private:
  std::uintptr_t next_ = 0;
  std::uintptr_t end_ = 0;
};

Allocator& Of(void* state) { return *static_cast<Allocator*>(state); }

lockstep_port MakePort() {
  lockstep_port port{};
  port.version = LOCKSTEP_PORT_VERSION;
  port.name = "NAME";
  port.summary = "a bump allocator";
  // All of its state is in `state` and in the region.
  port.capabilities = LOCKSTEP_SNAPSHOTS;
  port.state_bytes = sizeof(Allocator);
  port.create = [](void* state) {
    new (state) Allocator;
    return lockstep_status{LOCKSTEP_OK};
  };
  port.destroy = [](void* state) { Of(state).~Allocator(); };
  port.init = [](void* state, void* start, std::size_t bytes) {
    Of(state).Init(start, bytes);
    return lockstep_status{LOCKSTEP_OK};
  };
  port.allocate = [](void* state, std::size_t bytes, std::size_t align,
                     void** block) {
    void* const found = Of(state).Allocate(bytes, align);
    if (found == nullptr) return lockstep_status{LOCKSTEP_NO_MEMORY};
    *block = found;
    return lockstep_status{LOCKSTEP_OK};
  };
  port.deallocate = [](void* state, void* block, std::size_t bytes,
                       std::size_t /*align*/) {
    Of(state).Free(block, bytes);
    return lockstep_status{LOCKSTEP_OK};
  };
  return port;
}

}  // namespace

extern const lockstep_port NAME_port = MakePort();
LOCKSTEP_EXPORT(NAME_port)
)";

inline constexpr std::string_view kMalloc =
    R"(/* A malloc over an array: size classes of powers of two. Replace it with your own;
 * Lockstep tests whatever of malloc's functions the library exports. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { CLASSES = 64, HEADER = 16, ARENA_BYTES = 64 << 20 };

typedef struct block {
  size_t size_class;
  struct block* next;
} block;

static _Alignas(HEADER) unsigned char arena[ARENA_BYTES];
static size_t used;
static block* free_blocks[CLASSES];

/* REPLACE: these four functions. */
void* malloc(size_t bytes) {
  if (bytes > ARENA_BYTES) return NULL;
  size_t size_class = 5;
  while (((size_t)1 << size_class) < bytes + HEADER) ++size_class;
  block* found = free_blocks[size_class];
  if (found != NULL) {
    free_blocks[size_class] = found->next;
  } else {
    if (((size_t)1 << size_class) > ARENA_BYTES - used) return NULL;
    found = (block*)(arena + used);
    used += (size_t)1 << size_class;
  }
  found->size_class = size_class;
  return (unsigned char*)found + HEADER;
}

void free(void* pointer) {
  if (pointer == NULL) return;
  block* const found = (block*)((unsigned char*)pointer - HEADER);
  found->next = free_blocks[found->size_class];
  free_blocks[found->size_class] = found;
}

void* calloc(size_t count, size_t bytes) {
  if (bytes != 0 && count > SIZE_MAX / bytes) return NULL;
  void* const found = malloc(count * bytes);
  if (found != NULL) memset(found, 0, count * bytes);
  return found;
}

void* realloc(void* pointer, size_t bytes) {
  if (pointer == NULL) return malloc(bytes);
  block* const old = (block*)((unsigned char*)pointer - HEADER);
  const size_t old_bytes = ((size_t)1 << old->size_class) - HEADER;
  if (bytes <= old_bytes) return pointer;
  void* const found = malloc(bytes);
  if (found == NULL) return NULL;
  memcpy(found, pointer, old_bytes);
  free(pointer);
  return found;
}
)";

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_NEW_SOURCES_H_
