#ifndef LOCKSTEP_FUZZ_TALLY_H_
#define LOCKSTEP_FUZZ_TALLY_H_

// What a fuzz target has done. Engines count executions, but not what happened
// in them. In the environment, LOCKSTEP_TALLY may name a file that holds a
// Tally::Figures, or is empty: the program counts on from there, and in there,
// so that the figures outlast a crash.

#include <chrono>
#include <cstdint>

#include "models/system/tried.h"

namespace lockstep::suite {

class Tally {
 public:
  struct Figures {
    std::uint64_t executions = 0;
    std::uint64_t operations = 0;
    std::uint64_t nanoseconds_judging = 0;
    std::uint64_t served = 0;   // Requests.
    std::uint64_t refused = 0;  // Requests.
    std::uint64_t skipped = 0;  // Operations.
  };

  Tally();
  // When the program ends of its own accord: a line on stderr, "lockstep: "
  // and JSON; and another if hardly a request was served. If none was in a
  // number of executions, the program ends with exit code 2.
  ~Tally();
  Tally(const Tally&) = delete;
  Tally& operator=(const Tally&) = delete;

  void Begin() { began_ = Clock::now(); }
  void End(const Tried& tried);

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point began_;
  Figures own_;
  Figures* figures_ = &own_;  // Or in the file.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_FUZZ_TALLY_H_
