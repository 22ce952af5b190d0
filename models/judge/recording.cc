#include "models/judge/recording.h"

#include <cstddef>

#include "models/script/trace.h"
#include "models/system/rules.h"

namespace lockstep::suite {

Verdict Recording::Observe(const Call& call, const Outcome& outcome) {
  return Compare(call.op, call.step, outcome);
}

Verdict Recording::Skipped(const Op& op, std::size_t step) {
  return Compare(op, step, Outcome{});
}

Verdict Recording::Compare(const Op& op, std::size_t step,
                           const Outcome& came) const {
  if (step >= outcomes_.size() || !outcomes_[step] ||
      SameOutcome(op, *outcomes_[step], came)) {
    return std::nullopt;
  }
  return Violation{kRecordingRule.name, step,
                   FormatOutcome(op, *outcomes_[step]),
                   FormatOutcome(op, came)};
}

}  // namespace lockstep::suite
