#ifndef LOCKSTEP_MODELS_JUDGE_TRIED_H_
#define LOCKSTEP_MODELS_JUDGE_TRIED_H_

// How much of what was asked for has happened: a run in which nothing was
// served has broken no rule, and has shown nothing.

#include <cstdint>
#include <string>

namespace lockstep::suite {

struct Tried {
  std::uint64_t operations = 0;  // Performed, requests and others.
  std::uint64_t skipped = 0;     // With nothing to act on, or not promised.
  std::uint64_t served = 0;      // Requests.
  std::uint64_t refused = 0;     // Requests.
};

inline Tried operator-(const Tried& all, const Tried& before) {
  return {all.operations - before.operations, all.skipped - before.skipped,
          all.served - before.served, all.refused - before.refused};
}

// A sentence if no request was served, or if nearly all requests were refused
// or nearly all operations skipped; else "".
std::string CaveatOf(const Tried& tried);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_TRIED_H_
