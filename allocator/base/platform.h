#ifndef LOCKSTEP_ALLOCATOR_BASE_PLATFORM_H_
#define LOCKSTEP_ALLOCATOR_BASE_PLATFORM_H_

// What differs between compilers, sanitizers and processors: the only header
// here with preprocessor conditionals. In a plain build every function below is
// empty or one instruction, and no symbol of it reaches the object code.

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

// From here on an access by the client is reported at the client's line.
inline void Poison(void* start, std::size_t bytes) {
  __asan_poison_memory_region(start, bytes);
}

inline void Unpoison(void* start, std::size_t bytes) {
  __asan_unpoison_memory_region(start, bytes);
}

// Exact for units of 8 bytes or more; with units of 4 (32-bit targets) a free
// unit may go unnoticed, a live one is never called poisoned.
inline bool IsPoisoned(const void* address) {
  return __asan_address_is_poisoned(address) != 0;
}

#else

inline void Poison(void* /*start*/, std::size_t /*bytes*/) {}
inline void Unpoison(void* /*start*/, std::size_t /*bytes*/) {}
inline bool IsPoisoned(const void* /*address*/) { return false; }

#endif

// Tells the processor that this is a spin-wait loop.
inline void SpinPause() {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__) || defined(__arm__)
  asm volatile("yield");
#endif
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_PLATFORM_H_
