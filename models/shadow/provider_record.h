#ifndef LOCKSTEP_MODELS_SHADOW_PROVIDER_RECORD_H_
#define LOCKSTEP_MODELS_SHADOW_PROVIDER_RECORD_H_

// What a port took from a provider, and must give back.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "models/shadow/ledger.h"
#include "models/shadow/memory_record.h"

namespace lockstep::suite {

class ProviderRecord final : public MemoryRecord {
 public:
  void Begin(const System& system) override;
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
  struct Books;
  static bool IsErrorOfSlabs(Status status) {
    return status == Status::kAlignmentMismatch ||
           status == Status::kFatalError;
  }

  const System* system_ = nullptr;
  Ledger ledger_;
};

// Whether in the last op a provider refused, gave what is misaligned, or did not
// take back.
bool HasProviderFailed(const System& system);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_PROVIDER_RECORD_H_
