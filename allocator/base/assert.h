#ifndef LOCKSTEP_ALLOCATOR_BASE_ASSERT_H_
#define LOCKSTEP_ALLOCATOR_BASE_ASSERT_H_

// Assertions about our own code. What a client does wrong is never asserted: it
// gets an error, or is one that a header lists under Undetected, after which
// nothing can be promised. They stay on in every build.

#include <cstdint>
#include <source_location>

// The one function that an embedder must define; it must not return.
// //allocator:hosted has one that prints the claim and aborts.
extern "C" [[noreturn]] void lockstep_assertion_failed(const char* claim,
                                                       const char* file,
                                                       std::uint32_t line);

namespace lockstep {

constexpr void Assert(
    bool held, const char* claim,
    std::source_location where = std::source_location::current()) {
  if (!held) [[unlikely]] {
    lockstep_assertion_failed(claim, where.file_name(), where.line());
  }
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BASE_ASSERT_H_
