#include "models/shadow/memory_record.h"

#include <string>

#include "models/script/text.h"
#include "models/system/rules.h"

namespace lockstep::suite {

std::string TextOf(Region region) {
  return Text("[", region.start, ", ", region.end, ")");
}

std::string Compare(const Statistics& before, const Statistics& now) {
  return Text("total ", before.total, " -> ", now.total, ", used ", before.used,
              " -> ", now.used, ", available ", before.available, " -> ",
              now.available, ", requested ", now.requested.value_or(0));
}

Verdict ObserveElasticStatistics(const Call& call, const Outcome& outcome,
                                 const Statistics& before, bool is_done) {
  const Statistics& now = outcome.statistics;
  const auto broken = [&](const Rule& rule, const char* expected) {
    return Violation{rule.name, call.step, expected, Compare(before, now)};
  };
  const Verb verb = call.op.verb;
  if (verb == Verb::kAllocate && outcome.status == Status::kOk) {
    if (now.used >= before.used && now.used - before.used >= call.bytes) {
      return std::nullopt;
    }
    return broken(kConservedRule, "used to grow by the block");
  }
  if (verb == Verb::kFree && is_done) {
    if (before.used >= now.used && before.used - now.used >= call.bytes) {
      return std::nullopt;
    }
    return broken(kConservedRule, "used to fall by the block");
  }
  // A request that is refused may have given back what it took in vain.
  if (now == before || (verb == Verb::kAllocate && now.used == before.used)) {
    return std::nullopt;
  }
  return broken(kUnchangedRule, "the same statistics as before");
}

}  // namespace lockstep::suite
