#ifndef LOCKSTEP_TESTS_BUGS_AWAKE_H_
#define LOCKSTEP_TESTS_BUGS_AWAKE_H_

// Which bug of a copy of allocator/ is awake: one at most. In a run it is the one
// whose number is in the environment variable LOCKSTEP_BUG; in what is decided
// when the program is built, the one of the macro LOCKSTEP_BUG_BUILT.

#ifndef LOCKSTEP_BUG_BUILT
#define LOCKSTEP_BUG_BUILT 0
#endif

// The copy has braces around what was constant.
#pragma clang diagnostic ignored "-Wc++11-narrowing"

namespace lockstep {

inline constexpr int kMostBugs = 1 << 14;

extern int bug_awake;
// Of each function's body, whether the bug is in it.
extern bool bodies_awake[kMostBugs];
// Of each bug, whether it was asked for; of all, if none is awake. This is the file that the environment
// variable LOCKSTEP_BUGS_REACHED names, so that it is kept whatever becomes of
// the program.
extern unsigned char bugs_reached[kMostBugs];

constexpr bool IsAwake(int number) {
  if (number == LOCKSTEP_BUG_BUILT) return true;
  if consteval {
    return false;
  } else {
    // Not an access that races, and none that orders others.
    __atomic_store_n(bugs_reached + number, 1, __ATOMIC_RELAXED);
    return number == bug_awake;
  }
}

// Whether the body of a function has to ask for each of its bugs, which takes
// time. Its mutants are first to last.
constexpr bool HasBugAwake(int body, int first, int last) {
  if (first <= LOCKSTEP_BUG_BUILT && LOCKSTEP_BUG_BUILT <= last) return true;
  if consteval {
    return false;
  } else {
    return bodies_awake[body];
  }
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_BUGS_AWAKE_H_
