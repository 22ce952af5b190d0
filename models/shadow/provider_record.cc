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
                            const Statistics& before,
                            const Change& change) const override;
  Verdict ObserveLive(std::uint64_t bytes, std::size_t step) override;
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
    std::uint64_t peak_bytes = 0;
  };
  Verdict ObserveTrim(std::size_t step) const;
  static bool IsErrorOfSlabs(Status status) {
    return status == Status::kAlignmentMismatch ||
           status == Status::kFatalError;
  }

  const System& system_;
  Ledger ledger_;
  std::uint64_t peak_bytes_ = 0;  // The largest sum of live bytes so far.
};

// The provider's own verbs cannot fail, and a corruption may go unnoticed.
Verdict ProviderRecord::Observe(const Call& call, Status status) {
  const Verb verb = call.op.verb;
  if (verb == Verb::kTrim && status == Status::kOk)
    return ObserveTrim(call.step);
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
                   "ok, because the provider did its part",
                   std::string(NameOf(status))};
}

Verdict ProviderRecord::ObserveTrim(std::size_t step) const {
  const std::uint64_t most = system_.port().reserve_bytes;
  if (!system_.Promises(LOCKSTEP_TRIM_RETURNS) || system_.live_count() != 0 ||
      ledger_.bytes() <= most) {
    return std::nullopt;
  }
  return Violation{
      kLedgerRule.name, step,
      Text("up to ", most, " bytes kept after a trim with nothing live"),
      Text(ledger_.bytes(), " bytes still taken")};
}

Verdict ProviderRecord::ObserveLive(std::uint64_t bytes, std::size_t step) {
  const lockstep_port& port = system_.port();
  if (port.take_multiple == 0) return std::nullopt;
  peak_bytes_ = std::max(peak_bytes_, bytes);
  const std::uint64_t most =
      peak_bytes_ * port.take_multiple + port.reserve_bytes;
  if (ledger_.bytes() <= most) return std::nullopt;
  return Violation{
      kLedgerRule.name, step,
      Text("up to ", most, " bytes taken: ", port.take_multiple,
           " times the most that was live, and ", port.reserve_bytes),
      Text(ledger_.bytes(), " bytes taken")};
}

Verdict ProviderRecord::ObserveCalls(std::size_t step) {
  const auto fault = ledger_.Follow(system_.memory().calls());
  if (!fault) return std::nullopt;
  return Violation{kLedgerRule.name, step, fault->expected, fault->came};
}

Verdict ProviderRecord::ObserveStatistics(const Call& call,
                                          const Outcome& outcome,
                                          const Statistics& before,
                                          const Change& change) const {
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
    return broken("zeros, because there is no handle");
  }
  return ObserveElasticStatistics(call, outcome, before, change);
}

Verdict ProviderRecord::Check(std::size_t step) const {
  const auto scribble = system_.memory().FirstScribble();
  if (!scribble) return std::nullopt;
  return Violation{kLedgerRule.name, step,
                   "memory that it does not have is left alone",
                   Text("offset ", *scribble, " was written to")};
}

Verdict ProviderRecord::Finish(std::size_t step) const {
  if (ledger_.empty()) return std::nullopt;
  const Region left = ledger_.first();
  return Violation{
      kLedgerRule.name, step, "everything given back, because nothing is live",
      Text("offset ", left.start, " size ", left.bytes(), " still taken")};
}

void ProviderRecord::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  auto& books = static_cast<Books&>(*into);
  books.ledger = ledger_;
  books.peak_bytes = peak_bytes_;
}

void ProviderRecord::Restore(const Memory* memory) {
  const auto& books = static_cast<const Books&>(*memory);
  ledger_ = books.ledger;
  peak_bytes_ = books.peak_bytes;
}

}  // namespace

bool HasProviderFailed(const System& system, std::uint64_t most_bytes) {
  return std::ranges::any_of(
      system.memory().calls(), [&](const ProviderCall& call) {
        const bool counts = !call.is_take || call.bytes <= most_bytes;
        return call.was_granted ? call.offset % call.align_bytes != 0 : counts;
      });
}

std::unique_ptr<MemoryRecord> MakeProviderRecord(const System& system) {
  return std::make_unique<ProviderRecord>(system);
}

}  // namespace lockstep::suite
