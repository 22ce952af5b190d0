// What the code under test calls before each access to memory, and in place of
// each atomic, because it is compiled with -fsanitize=thread. ThreadSanitizer's
// own library defines the same; a program is linked with one of the two.
//
// Outside of a schedule they do what the code would have done without them.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/schedule/access.h"
#include "models/schedule/scheduler.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOCKSTEP_HAS_TSAN 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define LOCKSTEP_HAS_TSAN 1
#endif

#ifndef LOCKSTEP_HAS_TSAN

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

#define CALLER reinterpret_cast<std::uintptr_t>(__builtin_return_address(0))

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

// An atomic access as a point: before it, and with what came of it.
template <class Value, class Act>
Value Atomically(const volatile Value* at, AccessKind kind,
                 std::uintptr_t instruction, Act act, bool is_store = false) {
  Task* const task = Scheduler::InsideTask();
  if (task == nullptr) return act();
  const Access access = AccessTo(at, sizeof(Value), kind, instruction);
  Scheduler::Of(*task).AtAtomic(*task, access);
  const Value before = *at;
  const Value result = act();
  std::uint64_t seen = 0;
  std::memcpy(&seen, &before, std::min(sizeof(seen), sizeof(before)));
  Scheduler::Of(*task).DidAtomic(*task, access, seen,
                                 is_store || *at != before);
  return result;
}

template <class Value>
bool Exchange(volatile Value* at, Value* expected, Value desired,
              std::uintptr_t instruction) {
  bool is_done = false;
  (void)Atomically(at, AccessKind::kWrite, instruction, [&] {
    is_done = __atomic_compare_exchange_n(at, expected, desired, false,
                                          __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return *at;
  });
  return is_done;
}

#ifdef __SIZEOF_INT128__
__extension__ using Wide = unsigned __int128;

// Every access to such an atomic comes through here, so one lock for all of them
// does what the processor might not.
template <class Change>
Wide UpdateWide(volatile Wide* at, std::uintptr_t instruction, Change change) {
  constinit static std::atomic_flag lock;
  return Atomically(at, AccessKind::kWrite, instruction, [&] {
    while (lock.test_and_set(std::memory_order_acquire)) {
    }
    const Wide old = *at;
    *at = change(old);
    lock.clear(std::memory_order_release);
    return old;
  });
}
#endif

}  // namespace
}  // namespace lockstep::suite

// NOLINTBEGIN(bugprone-reserved-identifier,bugprone-macro-parentheses,
// bugprone-multi-level-implicit-pointer-conversion): the names are the compilers',
// and types are no expressions.
#define LOCKSTEP_HOOK(result, name, ...)                               \
  extern "C" __attribute__((used, visibility("default"))) result name( \
      __VA_ARGS__)

using lockstep::suite::AccessKind;
using lockstep::suite::Atomically;
using lockstep::suite::Reads;
using lockstep::suite::Writes;

LOCKSTEP_HOOK(void, __tsan_init) {}
LOCKSTEP_HOOK(void, __tsan_func_entry, void*) {}
LOCKSTEP_HOOK(void, __tsan_func_exit) {}
LOCKSTEP_HOOK(void, __tsan_ignore_thread_begin) {}
LOCKSTEP_HOOK(void, __tsan_ignore_thread_end) {}
LOCKSTEP_HOOK(void, __tsan_atomic_thread_fence, int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
LOCKSTEP_HOOK(void, __tsan_atomic_signal_fence, int) {}
LOCKSTEP_HOOK(void, __tsan_vptr_read, void** at) {
  Reads(at, sizeof(void*), CALLER);
}
LOCKSTEP_HOOK(void, __tsan_vptr_update, void** at, void*) {
  Writes(at, sizeof(void*), CALLER);
}
LOCKSTEP_HOOK(void, __tsan_read_range, void* at, std::size_t bytes) {
  Reads(at, bytes, CALLER);
}
LOCKSTEP_HOOK(void, __tsan_write_range, void* at, std::size_t bytes) {
  Writes(at, bytes, CALLER);
}
// What is read is read before another thread can go on.
LOCKSTEP_HOOK(void*, __tsan_memmove, void* to, const void* from,
              std::size_t bytes) {
  constexpr std::size_t kMostBytes = 512;
  unsigned char copy[kMostBytes];
  Reads(from, bytes, CALLER);
  if (bytes <= kMostBytes) std::memcpy(copy, from, bytes);
  Writes(to, bytes, CALLER);
  return bytes <= kMostBytes ? std::memcpy(to, copy, bytes)
                             : std::memmove(to, from, bytes);
}
LOCKSTEP_HOOK(void*, __tsan_memcpy, void* to, const void* from,
              std::size_t bytes) {
  return __tsan_memmove(to, from, bytes);
}
LOCKSTEP_HOOK(void*, __tsan_memset, void* to, int byte, std::size_t bytes) {
  Writes(to, bytes, CALLER);
  return std::memset(to, byte, bytes);
}

#define LOCKSTEP_ACCESSES(bytes)                                 \
  LOCKSTEP_HOOK(void, __tsan_read##bytes, void* at) {            \
    Reads(at, bytes, CALLER);                                    \
  }                                                              \
  LOCKSTEP_HOOK(void, __tsan_write##bytes, void* at) {           \
    Writes(at, bytes, CALLER);                                   \
  }                                                              \
  LOCKSTEP_HOOK(void, __tsan_read_write##bytes, void* at) {      \
    Writes(at, bytes, CALLER);                                   \
  }                                                              \
  LOCKSTEP_HOOK(void, __tsan_unaligned_read##bytes, void* at) {  \
    Reads(at, bytes, CALLER);                                    \
  }                                                              \
  LOCKSTEP_HOOK(void, __tsan_unaligned_write##bytes, void* at) { \
    Writes(at, bytes, CALLER);                                   \
  }                                                              \
  LOCKSTEP_HOOK(void, __tsan_volatile_read##bytes, void* at) {   \
    Reads(at, bytes, CALLER);                                    \
  }                                                              \
  LOCKSTEP_HOOK(void, __tsan_volatile_write##bytes, void* at) {  \
    Writes(at, bytes, CALLER);                                   \
  }

LOCKSTEP_ACCESSES(1)
LOCKSTEP_ACCESSES(2)
LOCKSTEP_ACCESSES(4)
LOCKSTEP_ACCESSES(8)
LOCKSTEP_ACCESSES(16)

// All orders are the strongest one: which are too weak is not seen here.
#define LOCKSTEP_FETCH(bits, type, verb)                                     \
  LOCKSTEP_HOOK(type, __tsan_atomic##bits##_fetch_##verb, volatile type* at, \
                type operand, int) {                                         \
    return Atomically(at, AccessKind::kWrite, CALLER, [&] {                  \
      return __atomic_fetch_##verb(at, operand, __ATOMIC_SEQ_CST);           \
    });                                                                      \
  }

#define LOCKSTEP_ATOMICS(bits, type)                                          \
  LOCKSTEP_HOOK(type, __tsan_atomic##bits##_load, const volatile type* at,    \
                int) {                                                        \
    return Atomically(at, AccessKind::kRead, CALLER,                          \
                      [&] { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }); \
  }                                                                           \
  LOCKSTEP_HOOK(void, __tsan_atomic##bits##_store, volatile type* at,         \
                type value, int) {                                            \
    (void)Atomically(                                                         \
        at, AccessKind::kWrite, CALLER,                                       \
        [&] {                                                                 \
          __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                      \
          return value;                                                       \
        },                                                                    \
        true);                                                                \
  }                                                                           \
  LOCKSTEP_HOOK(type, __tsan_atomic##bits##_exchange, volatile type* at,      \
                type value, int) {                                            \
    return Atomically(at, AccessKind::kWrite, CALLER, [&] {                   \
      return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);                \
    });                                                                       \
  }                                                                           \
  LOCKSTEP_HOOK(int, __tsan_atomic##bits##_compare_exchange_strong,           \
                volatile type* at, type* expected, type desired, int, int) {  \
    return lockstep::suite::Exchange(at, expected, desired, CALLER);          \
  }                                                                           \
  LOCKSTEP_HOOK(int, __tsan_atomic##bits##_compare_exchange_weak,             \
                volatile type* at, type* expected, type desired, int, int) {  \
    return lockstep::suite::Exchange(at, expected, desired, CALLER);          \
  }                                                                           \
  LOCKSTEP_HOOK(type, __tsan_atomic##bits##_compare_exchange_val,             \
                volatile type* at, type expected, type desired, int, int) {   \
    (void)lockstep::suite::Exchange(at, &expected, desired, CALLER);          \
    return expected;                                                          \
  }                                                                           \
  LOCKSTEP_FETCH(bits, type, add)                                             \
  LOCKSTEP_FETCH(bits, type, sub)                                             \
  LOCKSTEP_FETCH(bits, type, and)                                             \
  LOCKSTEP_FETCH(bits, type, or)                                              \
  LOCKSTEP_FETCH(bits, type, xor)                                             \
  LOCKSTEP_FETCH(bits, type, nand)

LOCKSTEP_ATOMICS(8, std::uint8_t)
LOCKSTEP_ATOMICS(16, std::uint16_t)
LOCKSTEP_ATOMICS(32, std::uint32_t)
LOCKSTEP_ATOMICS(64, std::uint64_t)

#ifdef __SIZEOF_INT128__
using lockstep::suite::UpdateWide;
using lockstep::suite::Wide;

#define LOCKSTEP_WIDE(name, change)                                        \
  LOCKSTEP_HOOK(Wide, __tsan_atomic128_##name, volatile Wide* at,          \
                Wide operand, int) {                                       \
    return UpdateWide(at, CALLER, [=](Wide old) { return Wide(change); }); \
  }
LOCKSTEP_WIDE(exchange, (static_cast<void>(old), operand))
LOCKSTEP_WIDE(fetch_add, old + operand)
LOCKSTEP_WIDE(fetch_sub, old - operand)
LOCKSTEP_WIDE(fetch_and, old& operand)
LOCKSTEP_WIDE(fetch_or, old | operand)
LOCKSTEP_WIDE(fetch_xor, old ^ operand)
LOCKSTEP_WIDE(fetch_nand, ~(old& operand))
LOCKSTEP_HOOK(Wide, __tsan_atomic128_load, volatile Wide* at, int) {
  return UpdateWide(at, CALLER, [](Wide old) { return old; });
}
LOCKSTEP_HOOK(void, __tsan_atomic128_store, volatile Wide* at, Wide value,
              int) {
  (void)UpdateWide(at, CALLER, [=](Wide) { return value; });
}
LOCKSTEP_HOOK(Wide, __tsan_atomic128_compare_exchange_val, volatile Wide* at,
              Wide expected, Wide desired, int, int) {
  return UpdateWide(at, CALLER,
                    [=](Wide old) { return old == expected ? desired : old; });
}
#define LOCKSTEP_WIDE_EXCHANGE(name)                                          \
  LOCKSTEP_HOOK(int, __tsan_atomic128_compare_exchange_##name,                \
                volatile Wide* at, Wide* expected, Wide desired, int, int) {  \
    const Wide wanted = *expected;                                            \
    *expected = UpdateWide(                                                   \
        at, CALLER, [=](Wide old) { return old == wanted ? desired : old; }); \
    return *expected == wanted;                                               \
  }
LOCKSTEP_WIDE_EXCHANGE(strong)
LOCKSTEP_WIDE_EXCHANGE(weak)
#endif
// NOLINTEND(bugprone-reserved-identifier,bugprone-macro-parentheses,
// bugprone-multi-level-implicit-pointer-conversion)

#endif  // LOCKSTEP_HAS_TSAN
