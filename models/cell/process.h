#ifndef LOCKSTEP_MODELS_CELL_PROCESS_H_
#define LOCKSTEP_MODELS_CELL_PROCESS_H_

// What another process is doing, to tell one that hangs from one that waits for a
// processor.
//   Requires   Linux's /proc. Without it nothing counts as idle, and only a call
//              that uses the processor is found to hang.
//   Complexity some system calls a look; O(threads of the process).

#include <sys/types.h>

namespace lockstep::suite {

// How long a call of the port may last.
struct Patience {
  double processor_seconds = 1;  // Of the processor, not by the clock.
  double waiting_seconds = 1;  // That it sleeps, and uses hardly any processor.
};

// What all of its threads have used; 0 if the process has ended.
double ProcessorSeconds(pid_t process);

// True if no thread of the process runs, waits for a processor, waits for a disk
// or is held by a debugger. One that has ended does not sleep.
bool IsSleeping(pid_t process);

// Looks at a process from time to time.
class IdleWatch {
 public:
  // Whether it has only waited since the last look, so many seconds ago, as far as
  // can be told: it sleeps now, and has used less than a twentieth of that time,
  // as one does that asks again and again, with short sleeps.
  bool Look(pid_t process, double passed_seconds);
  // When it was looked at last.
  double processor_seconds() const { return processor_seconds_; }

 private:
  double processor_seconds_ = 0;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_PROCESS_H_
