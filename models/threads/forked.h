#ifndef LOCKSTEP_MODELS_THREADS_FORKED_H_
#define LOCKSTEP_MODELS_THREADS_FORKED_H_

// Whether an allocator still works in a process that was forked while other
// threads were in calls. The child has only the thread that forked, and a lock
// that another thread held is never released, unless the allocator takes care
// of that.

#include <cstddef>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/witness.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

// Whether the port promises that this works, and the harness can try it. It
// cannot where memory comes from a provider: that of the harness does not
// survive a fork in the middle of a call.
bool MayFork(const lockstep_port& port);

// Forks; the child allocates, writes to its blocks, looks at them, frees them,
// and ends. Rules: `hang` (as in a cell), `crash`, and
// `contents`. The witness is that of the calling thread, in shared memory.
//   Requires   MayFork. `op` is the next op of the script.
Verdict ForkAndGoOn(Stage& stage, const Script& script, const Op& op,
                    std::size_t step, Witness& witness);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_FORKED_H_
