#ifndef LOCKSTEP_MODELS_SYSTEM_GIVEN_REGIONS_H_
#define LOCKSTEP_MODELS_SYSTEM_GIVEN_REGIONS_H_

// The regions of an arena that a script gives to a port, with init and add.

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "models/system/memory_source.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {

class GivenRegions final : public MemorySource {
 public:
  GivenRegions(const System& system, void* state)
      : system_(system), state_(state) {}

  void Begin() override;
  bool MayAllocate() const override;
  bool MayTry(const Op& op) const override;
  Status Perform(const Call& call) override;
  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return regions_.Contains(offset, bytes);
  }
  std::span<const Region> pieces() const override { return given_; }
  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books;
  bool MayGive(const Op& op) const;

  const System& system_;
  void* state_;
  std::vector<Region> given_;
  RegionSet regions_;  // As the port rounds them.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_GIVEN_REGIONS_H_
