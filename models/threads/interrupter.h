#ifndef LOCKSTEP_MODELS_THREADS_INTERRUPTER_H_
#define LOCKSTEP_MODELS_THREADS_INTERRUPTER_H_

// Interrupts the thread that made it now and then, wherever it is, so that
// the others run in the middle of a call of the port, even where there is one
// processor for all:
//
//     thread 1:  --call-------|                      |-------->
//     thread 2:               |--call------>--call---|
//                             an interrupt: thread 1 yields
//
// Interrupts are signals (SIGURG), sent to the thread by a timer of the system
// after 20 to 100 microseconds, at most 200 times: threads that wait for each
// other come to rest, which is how a deadlock is known. Most system calls of the
// port are restarted; sleeps, and waits with a time limit, end early with EINTR.
// Nothing is interrupted where the system has no such timer, or where the program
// uses SIGURG itself, as Go does. ThreadSanitizer holds an interrupt back until
// the thread calls a function that it watches.
//   Complexity an interrupt takes until the system resumes the thread.

#include <time.h>

#include <cstdint>
#include <random>

namespace lockstep::suite {

class Interrupter {
 public:
  // At most one for a thread.
  explicit Interrupter(std::uint64_t seed);
  ~Interrupter();
  Interrupter(const Interrupter&) = delete;
  Interrupter& operator=(const Interrupter&) = delete;

 private:
  static void Yield(int signal);
  void Next();

  std::minstd_rand random_;
  int left_ = 200;  // Interrupts that are still to come.
  bool has_timer_ = false;
  timer_t timer_{};
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_INTERRUPTER_H_
