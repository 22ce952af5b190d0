#ifndef LOCKSTEP_MODELS_SHADOW_REGION_RECORD_H_
#define LOCKSTEP_MODELS_SHADOW_REGION_RECORD_H_

// The regions that a port was given, the free spans in them that it promised to
// serve from, and guards next to them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "models/shadow/gaps.h"
#include "models/shadow/guards.h"
#include "models/shadow/memory_record.h"
#include "models/system/region.h"

namespace lockstep::suite {

class RegionRecord final : public MemoryRecord {
 public:
  void Begin(const System& system) override;
  void Before(const Call& call) override;
  Verdict Observe(const Call& call, Status status) override;
  Verdict ObserveStatistics(const Call& call, const Outcome& outcome,
                            const Statistics& before) const override;
  Verdict Check(std::size_t step) const override;

  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return regions_.Contains(offset, bytes);
  }
  std::string Describe() const override;
  bool MayRefuseWith(Status status) const override {
    return status == Status::kInvalidParam || status == Status::kNoMemory;
  }
  bool MayRefuseFreeWith(Status status) const override {
    return status == Status::kInvalidParam || status == Status::kNotAllocated;
  }

  void Occupy(Region extent, Region room) override;
  void Vacate(Region extent, Region room) override;
  bool HasRoomFor(std::uint64_t span_bytes) const override;

  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books;
  // One that touched no other, where free spans coalesce.
  struct Isolated {
    Region region;
    Gaps gaps;
  };

  Verdict ObserveRefusal(const Call& call, Status status, bool overlaps) const;
  void Accept(Region region);
  Isolated* IsolatedAround(Region extent);

  const System* system_ = nullptr;
  RegionSet regions_;  // Rounded inward; touching ones merged.
  std::vector<Isolated> isolated_;
  Guards guards_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_REGION_RECORD_H_
