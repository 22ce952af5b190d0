#include "models/judge/twin.h"

#include <cstddef>
#include <string>

#include "models/script/text.h"
#include "models/script/trace.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

// Of what the twin does not know: what has changed nothing.
bool MayBeLeftOut(const Op& op, const Outcome& outcome) {
  return outcome.status != Status::kOk || InfoOf(op.verb).is_misuse ||
         op.verb == Verb::kStatistics || op.verb == Verb::kUsable ||
         op.verb == Verb::kUsableOf || op.verb == Verb::kFootprint;
}

bool IsSame(const Op& op, const Outcome& one, const Outcome& other) {
  const bool are_refused =
      one.status != Status::kOk && other.status != Status::kOk;
  // Statistics are compared after every op, as far as both have them.
  return are_refused || op.verb == Verb::kStatistics ||
         op.verb == Verb::kFootprint || SameOutcome(op, one, other);
}

}  // namespace

void Twin::Begin(const System& system) {
  system_ = &system;
  twin_.Begin(system.arena().spec());
}

Verdict Twin::Observe(const Call& call, const Outcome& outcome) {
  const auto same = twin_.Resolve(call.op, call.step);
  if (!same && MayBeLeftOut(call.op, outcome)) return std::nullopt;
  const Outcome expected = same ? twin_.Perform(*same) : Outcome{};
  if (!same || !IsSame(call.op, expected, outcome)) {
    return Violation{
        kTwinRule.name, call.step,
        Text(FormatOutcome(call.op, expected), ", as ", twin_.port().name),
        FormatOutcome(call.op, outcome)};
  }
  return CompareStatistics(call.step, outcome.statistics);
}

Verdict Twin::CompareStatistics(std::size_t step, const Statistics& now) const {
  if (system_->port().statistics == nullptr ||
      twin_.port().statistics == nullptr) {
    return std::nullopt;
  }
  Statistics expected = twin_.ReadStatistics();
  // Not every system counts it.
  if (!now.requested || !expected.requested) expected.requested = now.requested;
  if (expected == now) return std::nullopt;
  const auto say = [](const Statistics& statistics) {
    return Text("total ", statistics.total, ", used ", statistics.used,
                ", available ", statistics.available);
  };
  return Violation{kTwinRule.name, step,
                   Text(say(expected), ", as ", twin_.port().name), say(now)};
}

}  // namespace lockstep::suite
