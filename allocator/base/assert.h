#ifndef LOCKSTEP_ALLOCATOR_BASE_ASSERT_H_
#define LOCKSTEP_ALLOCATOR_BASE_ASSERT_H_

// Assertions: about our own code, and about clients where the language leaves
// no other way. They stay on in every build, and each has one condition.
//   Errors     a client's mistake is an error that is returned. It ends the
//              program here, with a claim that names it, only in a call that
//              cannot return or throw anything: a destructor, a copy
//              constructor of a freestanding class, or the deallocate of a
//              memory resource or of a standard allocator. The headers of these
//              say so, and which call returns the error instead, if there is
//              one.
//   Undetected - the mistakes that a header lists under that word. Nothing is
//                promised after them.

#include <cstdint>
#include <source_location>

// The one function that an embedder must define; it must not return.
// //allocator/std has one that prints the claim and aborts.
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
