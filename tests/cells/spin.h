#ifndef LOCKSTEP_TESTS_CELLS_SPIN_H_
#define LOCKSTEP_TESTS_CELLS_SPIN_H_

namespace lockstep::suite {

// Uses the processor, without an end to it.
[[noreturn]] inline void Spin() {
  for (volatile unsigned turns = 0;;) turns = turns + 1;
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TESTS_CELLS_SPIN_H_
