// What the code under test calls before each access to memory, because it is
// compiled with -fsanitize=thread. ThreadSanitizer's own library defines the same; a
// program is linked with one of the two.
//
// Outside a schedule, they do what the code would have done without them.

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/schedule/access.h"
#include "models/schedule/hooks.h"
#include "models/schedule/scheduler.h"
#include "models/schedule/task.h"

#ifndef LOCKSTEP_HAS_TSAN

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

Access AccessTo(const volatile void* address, std::size_t bytes,
                AccessKind kind, std::uintptr_t instruction) {
  return {reinterpret_cast<std::uintptr_t>(address),
          static_cast<std::uint32_t>(bytes), kind, instruction};
}

void Reads(const volatile void* address, std::size_t bytes,
           std::uintptr_t instruction) {
  Task* const task = Scheduler::InsideTask();
  if (task == nullptr || bytes == 0) return;
  Scheduler::Of(*task).AtRead(
      *task, AccessTo(address, bytes, AccessKind::kRead, instruction));
}

void Writes(const volatile void* address, std::size_t bytes,
            std::uintptr_t instruction) {
  Task* const task = Scheduler::InsideTask();
  if (task == nullptr || bytes == 0) return;
  Scheduler::Of(*task).MakeProgress(*task);
  Scheduler::Of(*task).At(
      *task, AccessTo(address, bytes, AccessKind::kWrite, instruction));
}

}  // namespace
}  // namespace lockstep::suite

// NOLINTBEGIN(bugprone-reserved-identifier,bugprone-macro-parentheses,
// bugprone-multi-level-implicit-pointer-conversion): the names are the compilers',
// and types are no expressions.
using lockstep::suite::Reads;
using lockstep::suite::Writes;

LOCKSTEP_HOOK void __tsan_init() {}
LOCKSTEP_HOOK void __tsan_func_entry(void*) {}
LOCKSTEP_HOOK void __tsan_func_exit() {}
LOCKSTEP_HOOK void __tsan_ignore_thread_begin() {}
LOCKSTEP_HOOK void __tsan_ignore_thread_end() {}
LOCKSTEP_HOOK void __tsan_vptr_read(void** at) {
  Reads(at, sizeof(void*), CALLER);
}
LOCKSTEP_HOOK void __tsan_vptr_update(void** at, void*) {
  Writes(at, sizeof(void*), CALLER);
}
LOCKSTEP_HOOK void __tsan_read_range(void* at, std::size_t bytes) {
  Reads(at, bytes, CALLER);
}
LOCKSTEP_HOOK void __tsan_write_range(void* at, std::size_t bytes) {
  Writes(at, bytes, CALLER);
}
// The source is copied before another thread can go on.
LOCKSTEP_HOOK void* __tsan_memmove(void* to, const void* from,
                                   std::size_t bytes) {
  IN_SCHEDULE(task);
  if (task == nullptr) return std::memmove(to, from, bytes);
  Reads(from, bytes, CALLER);
  const auto* const first = static_cast<const std::byte*>(from);
  task->copied.assign(first, first + bytes);
  Writes(to, bytes, CALLER);
  return bytes == 0 ? to : std::memcpy(to, task->copied.data(), bytes);
}
LOCKSTEP_HOOK void* __tsan_memcpy(void* to, const void* from,
                                  std::size_t bytes) {
  return __tsan_memmove(to, from, bytes);
}
LOCKSTEP_HOOK void* __tsan_memset(void* to, int byte, std::size_t bytes) {
  Writes(to, bytes, CALLER);
  return std::memset(to, byte, bytes);
}

#define LOCKSTEP_ACCESSES(bytes)                               \
  LOCKSTEP_HOOK void __tsan_read##bytes(void* at) {            \
    Reads(at, bytes, CALLER);                                  \
  }                                                            \
  LOCKSTEP_HOOK void __tsan_write##bytes(void* at) {           \
    Writes(at, bytes, CALLER);                                 \
  }                                                            \
  LOCKSTEP_HOOK void __tsan_read_write##bytes(void* at) {      \
    Writes(at, bytes, CALLER);                                 \
  }                                                            \
  LOCKSTEP_HOOK void __tsan_unaligned_read##bytes(void* at) {  \
    Reads(at, bytes, CALLER);                                  \
  }                                                            \
  LOCKSTEP_HOOK void __tsan_unaligned_write##bytes(void* at) { \
    Writes(at, bytes, CALLER);                                 \
  }                                                            \
  LOCKSTEP_HOOK void __tsan_volatile_read##bytes(void* at) {   \
    Reads(at, bytes, CALLER);                                  \
  }                                                            \
  LOCKSTEP_HOOK void __tsan_volatile_write##bytes(void* at) {  \
    Writes(at, bytes, CALLER);                                 \
  }

LOCKSTEP_ACCESSES(1)
LOCKSTEP_ACCESSES(2)
LOCKSTEP_ACCESSES(4)
LOCKSTEP_ACCESSES(8)
LOCKSTEP_ACCESSES(16)

// NOLINTEND(bugprone-reserved-identifier,bugprone-macro-parentheses,
// bugprone-multi-level-implicit-pointer-conversion)

#endif  // LOCKSTEP_HAS_TSAN
