#ifndef LOCKSTEP_MODELS_EXPLORE_SANITIZER_H_
#define LOCKSTEP_MODELS_EXPLORE_SANITIZER_H_

// Whether AddressSanitizer is built in. What is poisoned is then state that a
// port keeps outside of its memory, and a copy of that memory does not have.

namespace lockstep::suite {

#if defined(__SANITIZE_ADDRESS__)  // g++
inline constexpr bool kHasAddressSanitizer = true;
#elif defined(__has_feature)  // clang
inline constexpr bool kHasAddressSanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool kHasAddressSanitizer = false;
#endif

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_EXPLORE_SANITIZER_H_
