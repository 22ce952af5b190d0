#ifndef LOCKSTEP_MODELS_SHADOW_OWN_RECORD_H_
#define LOCKSTEP_MODELS_SHADOW_OWN_RECORD_H_

// Memory that a port has of its own: nobody knows where it begins and ends.

#include <cstdint>
#include <string>

#include "models/shadow/memory_record.h"

namespace lockstep::suite {

class OwnRecord final : public MemoryRecord {
 public:
  Verdict ObserveStatistics(const Call& call, const Outcome& outcome,
                            const Statistics& before) const override {
    return ObserveElasticStatistics(call, outcome, before,
                                    outcome.status == Status::kOk);
  }
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return bytes <= UINTPTR_MAX - offset;
  }
  std::string Describe() const override { return "memory"; }
  bool MayRefuseWith(Status status) const override {
    return status == Status::kInvalidParam || status == Status::kNoMemory;
  }
  bool MayRefuseFreeWith(Status status) const override {
    return status == Status::kInvalidParam || status == Status::kNotAllocated;
  }
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_OWN_RECORD_H_
