// What a port took from a provider, and must give back.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "models/script/text.h"
#include "models/shadow/ledger.h"
#include "models/shadow/memory_record.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

bool IsOfFamily(Verb verb) {
  return verb == Verb::kAttach || verb == Verb::kDetach || verb == Verb::kTrim;
}

bool MayFailWith(Verb verb, Status status) {
  return status == Status::kFatalError ||
         (verb == Verb::kAttach && (status == Status::kOutOfMemory ||
                                    status == Status::kAlignmentMismatch));
}

class ProviderRecord final : public MemoryRecord {
 public:
  explicit ProviderRecord(const System& system) : system_(system) {}

  Verdict Observe(const Call& call, Status status) override;
  Verdict ObserveCalls(std::size_t step) override;
  Verdict ObserveStatistics(const Call& call, const Outcome& outcome,
                            const Statistics& before) const override;
  Verdict Check(std::size_t step) const override;
  Verdict Finish(std::size_t step) const override;

  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return ledger_.Contains(offset, bytes);
  }
  std::string Describe() const override { return "what the provider gave"; }
  bool MayRefuseWith(Status status) const override {
    return status == Status::kInvalidParam || status == Status::kOutOfMemory ||
           IsErrorOfSlabs(status);
  }
  bool MayRefuseFreeWith(Status status) const override {
    return status == Status::kInvalidParam ||
           status == Status::kInvalidPointer || IsErrorOfSlabs(status);
  }

  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books final : Memory {
    Ledger ledger;
  };
  static bool IsErrorOfSlabs(Status status) {
    return status == Status::kAlignmentMismatch ||
           status == Status::kFatalError;
  }

  const System& system_;
  Ledger ledger_;
};

// The provider's own verbs cannot fail, and a corruption may go unnoticed.
Verdict ProviderRecord::Observe(const Call& call, Status status) {
  const Verb verb = call.op.verb;
  if (!IsOfFamily(verb) || status == Status::kOk) return std::nullopt;
  if (!MayFailWith(verb, status)) {
    return Violation{kStatusRule.name, call.step, "ok, or an error of slabs",
                     std::string(NameOf(status))};
  }
  if (HasProviderFailed(system_) ||
      !system_.Promises(LOCKSTEP_SERVES_WHILE_PROVIDED)) {
    return std::nullopt;
  }
  return Violation{kAcceptedRule.name, call.step,
                   "ok, for the provider did its part",
                   std::string(NameOf(status))};
}

Verdict ProviderRecord::ObserveCalls(std::size_t step) {
  const auto fault = ledger_.Follow(system_.memory().calls());
  if (!fault) return std::nullopt;
  return Violation{kLedgerRule.name, step, fault->expected, fault->came};
}

Verdict ProviderRecord::ObserveStatistics(const Call& call,
                                          const Outcome& outcome,
                                          const Statistics& before) const {
  const Statistics& now = outcome.statistics;
  const auto broken = [&](const char* expected) {
    return Violation{kConservedRule.name, call.step, expected,
                     Compare(before, now)};
  };
  if (IsOfFamily(call.op.verb)) {
    if (now.used == before.used || !system_.HasHandle()) return std::nullopt;
    return broken("used to be as before");
  }
  if (!system_.HasHandle()) {
    if (now == Statistics{}) return std::nullopt;
    return broken("zeros, for there is no handle");
  }
  return ObserveElasticStatistics(call, outcome, before,
                                  system_.IsDone(outcome.status));
}

Verdict ProviderRecord::Check(std::size_t step) const {
  const auto scribble = system_.memory().FirstScribble();
  if (!scribble) return std::nullopt;
  return Violation{kLedgerRule.name, step,
                   "memory that it does not have is let alone",
                   Text("offset ", *scribble, " was written to")};
}

Verdict ProviderRecord::Finish(std::size_t step) const {
  if (ledger_.empty()) return std::nullopt;
  const Region left = ledger_.first();
  return Violation{
      kLedgerRule.name, step, "everything given back, for nothing is live",
      Text("offset ", left.start, " size ", left.bytes(), " still taken")};
}

void ProviderRecord::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  static_cast<Books&>(*into).ledger = ledger_;
}

void ProviderRecord::Restore(const Memory* memory) {
  ledger_ = static_cast<const Books&>(*memory).ledger;
}

}  // namespace

bool HasProviderFailed(const System& system) {
  return std::ranges::any_of(
      system.memory().calls(), [](const ProviderCall& call) {
        return !call.was_granted || call.offset % call.align_bytes != 0;
      });
}

std::unique_ptr<MemoryRecord> MakeProviderRecord(const System& system) {
  return std::make_unique<ProviderRecord>(system);
}

}  // namespace lockstep::suite
