#ifndef LOCKSTEP_MODELS_JUDGE_JURY_H_
#define LOCKSTEP_MODELS_JUDGE_JURY_H_

// A system before the models that judge it: what every front end runs its
// scripts on.
//   Complexity that of Lockstep; Report: that of Minimise.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "lockstep/port.h"
#include "models/judge/lockstep.h"
#include "models/judge/minimise.h"
#include "models/judge/recording.h"
#include "models/judge/tried.h"
#include "models/judge/twin.h"
#include "models/script/op.h"
#include "models/script/trace.h"
#include "models/shadow/shadow.h"
#include "models/spec/placement.h"
#include "models/system/model.h"

namespace lockstep::suite {

class Jury {
 public:
  struct Options {
    bool shadow = true;
    bool placement = true;
    bool recording = true;
    // Runs beside the port, and must come to the same. Outlives the jury.
    const lockstep_port* twin = nullptr;
    // See Lockstep.
    std::size_t check_every = 1;
    // For reports: the command line that has the port.
    std::string program = "lockstep";
  };

  // The port must outlive it.
  Jury(const lockstep_port& port, Options options);

  // From a fresh state. In the second form recorded outcomes count as well.
  Verdict Try(const Script& script);
  Verdict Try(const Trace& trace);

  // All about a violation that Try returned for this script, as the text of a
  // trace, minimised, that breaks the same rule when it is replayed; or the one
  // that turns out to break before it, when all is checked after every op. A
  // broken recording is cut off after the step, not minimised: a recorded
  // outcome holds for a whole history.
  std::string Report(const Script& script, const Violation& violation);

  const Tried& tried() const { return lockstep_.tried(); }
  std::uint64_t operations() const { return lockstep_.operations(); }

 private:
  std::vector<Model*> Chosen();
  Minimised Reduce(const Script& script, const Violation& violation);

  const lockstep_port& port_;
  Options options_;
  Shadow shadow_;
  Placement placement_;
  Recording recording_;
  std::optional<Twin> twin_;
  Lockstep lockstep_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_JURY_H_
