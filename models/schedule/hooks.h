#ifndef LOCKSTEP_MODELS_SCHEDULE_HOOKS_H_
#define LOCKSTEP_MODELS_SCHEDULE_HOOKS_H_

// Macros for hooks: functions that the code under test calls in place of
// others. Only for the files that define hooks.

#include <dlfcn.h>

#include <atomic>
#include <cstdint>

#include "models/schedule/scheduler.h"

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define LOCKSTEP_HAS_TSAN 1
#endif
#endif
#ifdef __SANITIZE_THREAD__
#define LOCKSTEP_HAS_TSAN 1
#endif

#define LOCKSTEP_HOOK extern "C" __attribute__((used, visibility("default")))
// The task of the calling thread, null outside of a schedule.
#define IN_SCHEDULE(task)                        \
  lockstep::suite::Scheduler::Task* const task = \
      lockstep::suite::Scheduler::InsideTask()
#define CALLER reinterpret_cast<std::uintptr_t>(__builtin_return_address(0))

// The function of the C library that this hook replaces. The static variable
// must not need a guard, because the guard functions are hooks themselves.
#define NEXT(name)                                                             \
  [] {                                                                         \
    constinit static std::atomic<decltype(&::name)> known{nullptr};            \
    auto* function = known.load(std::memory_order_acquire);                    \
    if (function == nullptr) {                                                 \
      function = reinterpret_cast<decltype(&::name)>(dlsym(RTLD_NEXT, #name)); \
      known.store(function, std::memory_order_release);                        \
    }                                                                          \
    return function;                                                           \
  }()

#endif  // LOCKSTEP_MODELS_SCHEDULE_HOOKS_H_
