#ifndef LOCKSTEP_MODELS_THREADS_PERFORMING_H_
#define LOCKSTEP_MODELS_THREADS_PERFORMING_H_

#include <cstddef>

#include "models/script/op.h"
#include "models/system/witness.h"
#include "models/threads/history.h"
#include "models/threads/stage.h"

namespace lockstep::suite {

// The function of port.h that an op is about.
Function FunctionOf(Verb verb);

// Calls stage.Perform, and tells the witness of the calling thread which step
// it is at, and when it is inside a call.
Event Performed(Stage& stage, const Op& op, std::size_t step, Witness& witness);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_THREADS_PERFORMING_H_
