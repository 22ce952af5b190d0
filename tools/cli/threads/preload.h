#ifndef LOCKSTEP_TOOLS_CLI_THREADS_PRELOAD_H_
#define LOCKSTEP_TOOLS_CLI_THREADS_PRELOAD_H_

#include <string>

namespace lockstep::suite {

// Lets this program use the malloc of a library, too, as programs do whose malloc it
// replaces: only so it is told of the end of a thread, and of a fork. The program
// starts again, once, with the library preloaded.
void Preload(const std::string& path);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_TOOLS_CLI_THREADS_PRELOAD_H_
