#ifndef LOCKSTEP_FUZZ_HANG_WATCH_H_
#define LOCKSTEP_FUZZ_HANG_WATCH_H_

// Ends a fuzzer that is caught in one input, long before its own clock would. It
// counts processor time, so a busy machine is no hang.

namespace lockstep::suite::hang_watch {

// From here on, an input that takes two seconds of the processor is told on
// stderr, and SIGABRT is raised, so that the engine keeps the input.
void Begin();
// Another input begins.
void Step();
// What follows may take as long as it likes.
void End();

}  // namespace lockstep::suite::hang_watch

#endif  // LOCKSTEP_FUZZ_HANG_WATCH_H_
