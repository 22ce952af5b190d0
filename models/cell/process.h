#ifndef LOCKSTEP_MODELS_CELL_PROCESS_H_
#define LOCKSTEP_MODELS_CELL_PROCESS_H_

// What another process is doing, to tell one that hangs from one that waits for a
// processor.
//   Complexity some system calls; IsSleeping O(its threads).

#include <sys/types.h>

namespace lockstep::suite {

// How long a call of the port may last.
struct Patience {
  double processor_seconds = 1;  // Of the processor, not by the clock.
  double waiting_seconds = 1;    // That it sleeps, and uses no processor.
};

// What all of its threads have used; 0 if it is no more.
double ProcessorSeconds(pid_t process);

// Whether none of its threads works, waits for a processor or waits for a disk.
bool IsSleeping(pid_t process);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_CELL_PROCESS_H_
