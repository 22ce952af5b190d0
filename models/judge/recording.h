#ifndef LOCKSTEP_MODELS_JUDGE_RECORDING_H_
#define LOCKSTEP_MODELS_JUDGE_RECORDING_H_

// A trace's outcomes as a model: replay is watching one more of them.
//   Rules      recording.
//   Complexity O(1) an op.

#include <cstddef>
#include <utility>

#include "models/script/op.h"
#include "models/system/model.h"
#include "models/system/system.h"

namespace lockstep::suite {

class Recording final : public Model {
 public:
  // From the next script on.
  void Expect(Outcomes outcomes) { outcomes_ = std::move(outcomes); }
  const Outcomes& expected() const { return outcomes_; }

  void Begin(const System& /*system*/) override {}
  Interest interest() const override {
    const bool has_any = !outcomes_.empty();
    return {.before = false, .observe = has_any, .skipped = has_any};
  }
  Verdict Observe(const Call& call, const Outcome& outcome) override;
  Verdict Skipped(const Op& op, std::size_t step) override;

 private:
  Verdict Compare(const Op& op, std::size_t step, const Outcome& came) const;

  Outcomes outcomes_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_JUDGE_RECORDING_H_
