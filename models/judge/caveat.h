#ifndef LOCKSTEP_MODELS_JUDGE_CAVEAT_H_
#define LOCKSTEP_MODELS_JUDGE_CAVEAT_H_

// What to say of a run in which little was tried.

#include <string>

#include "models/system/tried.h"

namespace lockstep::suite {

// A sentence if no request was served, or if nearly all requests were refused
// or nearly all operations skipped; else "".
std::string CaveatOf(const Tried& tried);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_CAVEAT_H_
