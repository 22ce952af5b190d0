// What the shadow knows of systems that pull their memory.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "models/script/text.h"
#include "models/shadow/shadow.h"
#include "models/system/rules.h"

namespace lockstep::suite {

// In this call: refused, misaligned, or not taken back.
bool Shadow::HasProviderFailed() const {
  return std::ranges::any_of(
      system_->provider().calls(), [](const ProviderCall& call) {
        return !call.was_granted || call.offset % call.align_bytes != 0;
      });
}

Verdict Shadow::ObservePull(const Call& call, Status status) {
  just_freed_.reset();
  const Verb verb = call.op.verb;
  // The provider's own verbs cannot fail, and a corruption may go unnoticed.
  if (verb != Verb::kAttach && verb != Verb::kDetach && verb != Verb::kTrim) {
    return std::nullopt;
  }
  if (status == Status::kOk) return std::nullopt;
  const bool may_fail =
      status == Status::kFatalError ||
      (verb == Verb::kAttach && (status == Status::kOutOfMemory ||
                                 status == Status::kAlignmentMismatch));
  if (!may_fail) {
    return Violation{kStatusRule.name, call.step, "ok, or an error of slabs",
                     std::string(NameOf(status))};
  }
  if (HasProviderFailed() ||
      !system_->Promises(LOCKSTEP_SERVES_WHILE_PROVIDED)) {
    return std::nullopt;
  }
  return Violation{kAcceptedRule.name, call.step,
                   "ok, for the provider did its part",
                   std::string(NameOf(status))};
}

Verdict Shadow::ObserveProvider(std::size_t step) {
  const auto calls = system_->provider().calls();
  if (calls.empty()) return std::nullopt;
  if (const auto fault = ledger_.Follow(calls)) {
    return Violation{kLedgerRule.name, step, fault->expected, fault->came};
  }
  for (const ProviderCall& call : calls) {
    if (call.is_take) continue;
    const auto live = blocks_.lower_bound(call.offset);
    if (live != blocks_.end() && live->first - call.offset < call.bytes) {
      return Violation{kLedgerRule.name, step, "only what is empty given back",
                       Text("offset ", call.offset, " size ", call.bytes,
                            ", where b", live->second.slot, " is live")};
    }
  }
  return std::nullopt;
}

// Of who takes memory as it needs it. That they add up was seen. Slabs come and
// go with many verbs, and total with them; used follows the blocks.
Verdict Shadow::ObserveElasticStatistics(const Call& call,
                                         const Outcome& outcome,
                                         const Statistics& before) {
  const Statistics& now = outcome.statistics;
  const auto broken = [&](const Rule& rule, const char* expected) {
    return Violation{rule.name, call.step, expected, Compare(before, now)};
  };
  const Verb verb = call.op.verb;
  if (verb == Verb::kAttach || verb == Verb::kDetach || verb == Verb::kTrim) {
    if (now.used == before.used || !system_->HasHandle()) return std::nullopt;
    return broken(kConservedRule, "used to be as before");
  }
  if (system_->Pulls() && !system_->HasHandle()) {
    if (now == Statistics{}) return std::nullopt;
    return broken(kConservedRule, "zeros, for there is no handle");
  }
  if (verb == Verb::kAllocate && outcome.status == Status::kOk) {
    if (now.used >= before.used && now.used - before.used >= call.bytes) {
      return std::nullopt;
    }
    return broken(kConservedRule, "used to grow by the block");
  }
  if (verb == Verb::kFree && system_->IsDone(outcome.status)) {
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

Verdict Shadow::Finish(std::size_t step) {
  if (!system_->Pulls() || ledger_.empty()) return std::nullopt;
  const Region left = ledger_.first();
  return Violation{
      kLedgerRule.name, step, "everything given back, for nothing is live",
      Text("offset ", left.start, " size ", left.bytes(), " still taken")};
}

}  // namespace lockstep::suite
