// What the code under test calls in place of each atomic: see memory_hooks.cc.

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "models/schedule/access.h"
#include "models/schedule/hooks.h"
#include "models/schedule/scheduler.h"

#ifndef LOCKSTEP_HAS_TSAN

namespace lockstep::suite {
namespace {

using Task = Scheduler::Task;

// Makes an atomic access a point: tells the scheduler before it, and afterwards
// what it read and whether it changed anything.
template <class Value, class Act>
Value Atomically(const volatile Value* at, AccessKind kind,
                 std::uintptr_t instruction, Act act, bool is_store = false) {
  Task* const task = Scheduler::InsideTask();
  if (task == nullptr) return act();
  const Access access{reinterpret_cast<std::uintptr_t>(at), sizeof(Value), kind,
                      instruction};
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

// Every access to such an atomic comes through here, so one lock for all of
// them makes them atomic even if the processor cannot.
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
using lockstep::suite::AccessKind;
using lockstep::suite::Atomically;

LOCKSTEP_HOOK void __tsan_atomic_thread_fence(int) {
  __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
LOCKSTEP_HOOK void __tsan_atomic_signal_fence(int) {}

// All memory orders are replaced by the strongest one, so an order that is too
// weak is not noticed here.
#define LOCKSTEP_FETCH(bits, type, verb)                                     \
  LOCKSTEP_HOOK type __tsan_atomic##bits##_fetch_##verb(volatile type* at,   \
                                                        type operand, int) { \
    return Atomically(at, AccessKind::kWrite, CALLER, [&] {                  \
      return __atomic_fetch_##verb(at, operand, __ATOMIC_SEQ_CST);           \
    });                                                                      \
  }

#define LOCKSTEP_ATOMICS(bits, type)                                          \
  LOCKSTEP_HOOK type __tsan_atomic##bits##_load(const volatile type* at,      \
                                                int) {                        \
    return Atomically(at, AccessKind::kRead, CALLER,                          \
                      [&] { return __atomic_load_n(at, __ATOMIC_SEQ_CST); }); \
  }                                                                           \
  LOCKSTEP_HOOK void __tsan_atomic##bits##_store(volatile type* at,           \
                                                 type value, int) {           \
    (void)Atomically(                                                         \
        at, AccessKind::kWrite, CALLER,                                       \
        [&] {                                                                 \
          __atomic_store_n(at, value, __ATOMIC_SEQ_CST);                      \
          return value;                                                       \
        },                                                                    \
        true);                                                                \
  }                                                                           \
  LOCKSTEP_HOOK type __tsan_atomic##bits##_exchange(volatile type* at,        \
                                                    type value, int) {        \
    return Atomically(at, AccessKind::kWrite, CALLER, [&] {                   \
      return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);                \
    });                                                                       \
  }                                                                           \
  LOCKSTEP_HOOK int __tsan_atomic##bits##_compare_exchange_strong(            \
      volatile type* at, type* expected, type desired, int, int) {            \
    return lockstep::suite::Exchange(at, expected, desired, CALLER);          \
  }                                                                           \
  LOCKSTEP_HOOK int __tsan_atomic##bits##_compare_exchange_weak(              \
      volatile type* at, type* expected, type desired, int, int) {            \
    return lockstep::suite::Exchange(at, expected, desired, CALLER);          \
  }                                                                           \
  LOCKSTEP_HOOK type __tsan_atomic##bits##_compare_exchange_val(              \
      volatile type* at, type expected, type desired, int, int) {             \
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

#define LOCKSTEP_WIDE(name, change)                                           \
  LOCKSTEP_HOOK Wide __tsan_atomic128_##name(volatile Wide* at, Wide operand, \
                                             int) {                           \
    return UpdateWide(at, CALLER, [=](Wide old) { return Wide(change); });    \
  }
LOCKSTEP_WIDE(exchange, (static_cast<void>(old), operand))
LOCKSTEP_WIDE(fetch_add, old + operand)
LOCKSTEP_WIDE(fetch_sub, old - operand)
LOCKSTEP_WIDE(fetch_and, old& operand)
LOCKSTEP_WIDE(fetch_or, old | operand)
LOCKSTEP_WIDE(fetch_xor, old ^ operand)
LOCKSTEP_WIDE(fetch_nand, ~(old& operand))
LOCKSTEP_HOOK Wide __tsan_atomic128_load(volatile Wide* at, int) {
  return UpdateWide(at, CALLER, [](Wide old) { return old; });
}
LOCKSTEP_HOOK void __tsan_atomic128_store(volatile Wide* at, Wide value, int) {
  (void)UpdateWide(at, CALLER, [=](Wide) { return value; });
}
LOCKSTEP_HOOK Wide __tsan_atomic128_compare_exchange_val(volatile Wide* at,
                                                         Wide expected,
                                                         Wide desired, int,
                                                         int) {
  return UpdateWide(at, CALLER,
                    [=](Wide old) { return old == expected ? desired : old; });
}
#define LOCKSTEP_WIDE_EXCHANGE(name)                                          \
  LOCKSTEP_HOOK int __tsan_atomic128_compare_exchange_##name(                 \
      volatile Wide* at, Wide* expected, Wide desired, int, int) {            \
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
