#ifndef LOCKSTEP_MODELS_JUDGE_TWIN_H_
#define LOCKSTEP_MODELS_JUDGE_TWIN_H_

// Another system as a model: it performs the same script, in an arena of its
// own, and must come to the same. For facades, and for ports of an allocator
// that is there already.
//   Rules      twin: the same success or refusal, place, usable size and, where
//              both have them, statistics. Which error it is does not count.
//              Queries and misuse that only one of them knows are left out.
//   Complexity that of the twin.

#include <cstddef>
#include <optional>

#include "lockstep/port.h"
#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/system.h"

namespace lockstep::suite {

class Twin final : public Model {
 public:
  // The port must outlive it.
  explicit Twin(const lockstep_port& port) : twin_(port) {}

  void Begin(const System& system) override;
  Verdict Observe(const Call& call, const Outcome& outcome) override;

 private:
  Verdict CompareStatistics(std::size_t step, const Statistics& now) const;

  System twin_;
  const System* system_ = nullptr;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_TWIN_H_
