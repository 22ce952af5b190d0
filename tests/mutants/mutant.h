#ifndef LOCKSTEP_TESTS_MUTANTS_MUTANT_H_
#define LOCKSTEP_TESTS_MUTANTS_MUTANT_H_

// Which mutant of a copy of allocator/ is awake: one at most. In a run, the one
// that the environment variable LOCKSTEP_MUTANT names; in what is decided when
// the program is built, the one of the macro LOCKSTEP_MUTANT_BUILT.

#ifndef LOCKSTEP_MUTANT_BUILT
#define LOCKSTEP_MUTANT_BUILT 0
#endif

// The copy has braces around what was constant.
#pragma clang diagnostic ignored "-Wc++11-narrowing"

namespace lockstep {

inline constexpr int kMostMutants = 1 << 14;

extern int mutant_awake;
// Of each, whether it was asked for: in the file that LOCKSTEP_MUTANTS_REACHED
// names, so that it is kept whatever becomes of the program.
extern unsigned char* mutants_reached;

constexpr bool IsMutant(int number) {
  if (number == LOCKSTEP_MUTANT_BUILT) return true;
  if consteval {
    return false;
  } else {
    // Not an access that races, and none that orders others.
    __atomic_store_n(mutants_reached + number, 1, __ATOMIC_RELAXED);
    return number == mutant_awake;
  }
}

}  // namespace lockstep

#endif  // LOCKSTEP_TESTS_MUTANTS_MUTANT_H_
