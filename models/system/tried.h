#ifndef LOCKSTEP_MODELS_SYSTEM_TRIED_H_
#define LOCKSTEP_MODELS_SYSTEM_TRIED_H_

// How much of what was asked for has happened: a run in which nothing was
// served has broken no rule, and has shown nothing.

#include <cstdint>

namespace lockstep::suite {

struct Tried {
  std::uint64_t operations = 0;  // Performed, requests and others.
  std::uint64_t skipped = 0;     // With nothing to act on, or not promised.
  std::uint64_t served = 0;      // Requests.
  std::uint64_t refused = 0;     // Requests.
};

inline Tried& operator+=(Tried& all, const Tried& more) {
  all.operations += more.operations;
  all.skipped += more.skipped;
  all.served += more.served;
  all.refused += more.refused;
  return all;
}

inline Tried operator-(const Tried& all, const Tried& before) {
  return {all.operations - before.operations, all.skipped - before.skipped,
          all.served - before.served, all.refused - before.refused};
}

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_TRIED_H_
