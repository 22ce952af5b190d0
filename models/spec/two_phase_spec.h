#ifndef LOCKSTEP_MODELS_SPEC_TWO_PHASE_SPEC_H_
#define LOCKSTEP_MODELS_SPEC_TWO_PHASE_SPEC_H_

// A byte-allocator facade over another specification: docs/semantics.md,
// "Byte-allocator facade".

#include <cstdint>
#include <optional>
#include <string>

#include "models/script/op.h"
#include "models/spec/spec.h"
#include "models/system/region.h"

namespace lockstep::suite {

template <class Inner>
class TwoPhaseSpec final : public CopiedSpec<TwoPhaseSpec<Inner>> {
 public:
  Status Init(Region region) override {
    if (is_made_) return Status::kInvalidParam;
    const Status status = inner_.Init(region);
    is_made_ = status == Status::kOk;
    return status;
  }
  Status Add(Region region) override {
    return is_made_ ? inner_.Add(region) : Status::kInvalidParam;
  }
  Grant Allocate(std::uint64_t bytes, std::uint64_t align) override {
    if (!is_made_ || !IsLayout(bytes, align)) {
      return {Status::kInvalidParam};
    }
    const Grant grant = inner_.Allocate(bytes, align);
    return grant.status == Status::kOk ? grant : Grant{Status::kNoMemory};
  }
  Status Free(std::optional<std::uint64_t> offset, std::uint64_t bytes,
              std::uint64_t align) override {
    return is_made_ ? inner_.Free(offset, bytes, align) : Status::kInvalidParam;
  }
  Status Resize(std::uint64_t offset, Spec::Size old_size,
                Spec::Size new_size) override {
    return is_made_ ? inner_.Resize(offset, old_size, new_size)
                    : Status::kInvalidParam;
  }
  Statistics ReadStatistics() const override { return inner_.ReadStatistics(); }
  void AppendKey(std::string& key) const override {
    AppendNumber(key, is_made_ ? 1 : 0);
    inner_.AppendKey(key);
  }

 private:
  Inner inner_;
  bool is_made_ = false;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SPEC_TWO_PHASE_SPEC_H_
