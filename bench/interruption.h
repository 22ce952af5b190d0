#ifndef LOCKSTEP_BENCH_INTERRUPTION_H_
#define LOCKSTEP_BENCH_INTERRUPTION_H_

// Ctrl-C: what runs is brought to its end, what comes after is left out, and
// what was measured is reported.

namespace lockstep::suite::bench {

void ListenForInterruption();
bool IsInterrupted();

}  // namespace lockstep::suite::bench

#endif  // LOCKSTEP_BENCH_INTERRUPTION_H_
