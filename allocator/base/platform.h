#ifndef LOCKSTEP_ALLOCATOR_BASE_PLATFORM_H_
#define LOCKSTEP_ALLOCATOR_BASE_PLATFORM_H_

// What differs between compilers, sanitizers and processors. This is the only
// header of the allocators with preprocessor conditionals. In a plain build
// each function below is empty or one instruction, and none leaves a symbol in
// the object code.

#include <cstddef>

#if defined(__SANITIZE_ADDRESS__)  // g++
#define LOCKSTEP_ADDRESS_SANITIZER 1
#elif defined(__has_feature)  // clang
#if __has_feature(address_sanitizer)
#define LOCKSTEP_ADDRESS_SANITIZER 1
#endif
#endif

#ifdef LOCKSTEP_ADDRESS_SANITIZER
extern "C" {
void __asan_poison_memory_region(void const volatile* start, std::size_t bytes);
void __asan_unpoison_memory_region(void const volatile* start,
                                   std::size_t bytes);
int __asan_address_is_poisoned(void const volatile* address);
}
#endif

namespace lockstep {

#ifdef LOCKSTEP_ADDRESS_SANITIZER

// Until Unpoison, AddressSanitizer reports every access by a client, with the
// line where it happens.
inline void Poison(void* start, std::size_t bytes) {
  __asan_poison_memory_region(start, bytes);
}

inline void Unpoison(void* start, std::size_t bytes) {
  __asan_unpoison_memory_region(start, bytes);
}

// Exact for units of 8 bytes or more. With units of 4 (on 32-bit machines) a
// free unit may be called unpoisoned, but never a live one poisoned.
inline bool IsPoisoned(const void* address) {
  return __asan_address_is_poisoned(address) != 0;
}

#else

inline void Poison(void* /*start*/, std::size_t /*bytes*/) {}
inline void Unpoison(void* /*start*/, std::size_t /*bytes*/) {}
inline bool IsPoisoned(const void* /*address*/) { return false; }

#endif

// Tells the processor that it is in a loop that waits for another thread.
inline void SpinPause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_PLATFORM_H_
