#ifndef LOCKSTEP_MODELS_SHADOW_SHADOW_H_
#define LOCKSTEP_MODELS_SHADOW_SHADOW_H_

// What any client may believe of any allocator, whatever it promises beyond
// that in its port. Keeps its books outside the memory under test.
//   Rules      status, inside, aligned, disjoint, contents, outside,
//              conserved, unchanged, refusal, accepted, detected, usable,
//              zeroed, steps, ledger: see rules.h.
//   Complexity that of LiveBlocks an op; adding a region and Check O(live).

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/script/op.h"
#include "models/shadow/contents.h"
#include "models/shadow/live_blocks.h"
#include "models/shadow/memory_record.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {

class Shadow final : public Model {
 public:
  void Begin(const System& system) override;
  Interest interest() const override { return {.skipped = false}; }
  Verdict Before(const Call& call) override;
  Verdict Observe(const Call& call, const Outcome& outcome) override;
  Verdict Finish(std::size_t step) override { return memory_->Finish(step); }
  Verdict Check(std::size_t step) override;
  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

  // Of Check, what stands next to the regions: no state of a port tells of it.
  Verdict CheckOutside(std::size_t step) const { return memory_->Check(step); }

 private:
  struct Books;
  using Block = LiveBlocks::Block;

  struct Request {
    std::uint64_t bytes = 0;
    std::uint64_t align_bytes = 0;
    friend bool operator==(const Request&, const Request&) = default;
  };

  Verdict BeforeOther(const Call& call);
  Verdict BeforeMany(const Call& call);
  Verdict ObserveProvided(const Call& call, const Outcome& outcome);
  Verdict ObserveAllocate(const Call& call, const Outcome& outcome);
  Verdict ObserveOther(const Call& call, const Outcome& outcome);
  Verdict ObserveMemory(const Call& call, Status status);
  // What is wrong with a block of this layout there; and which place it takes.
  Verdict CheckPlace(const Call& call, std::uint64_t offset,
                     LiveBlocks::Place& place) const;
  [[gnu::cold]] Verdict Misplaced(const Call& call, std::uint64_t offset) const;
  [[gnu::cold]] Verdict Overlaps(const Call& call, std::uint64_t offset,
                                 const Block& other) const;
  // Its client writes to it. Requires the place that CheckPlace gave.
  void Enter(const Call& call, std::uint32_t slot, std::uint64_t offset,
             LiveBlocks::Place place);
  Verdict CheckZeros(const Call& call, std::uint64_t offset,
                     std::uint64_t start) const;
  Verdict ObserveRefusal(const Call& call, Status status,
                         bool must_serve) const;
  Verdict ObserveFree(const Call& call, Status status);
  [[gnu::cold]] Verdict NotDetected(const Call& call, Status status) const;
  Verdict ObserveOtherLayout(const Call& call, Status status);
  Verdict ObserveUsable(const Call& call, const Outcome& outcome);
  Verdict ObserveLayout(const Call& call, const Outcome& outcome);
  Verdict ObserveLayoutRefusal(const Call& call, Status status);
  Verdict ObserveZeroed(const Call& call, const Outcome& outcome);
  Verdict ObserveUsableOf(const Call& call, const Outcome& outcome);
  Verdict ObserveFootprint(const Call& call, const Outcome& outcome) const;
  Verdict ObserveMany(const Call& call, const Outcome& outcome);
  Verdict ObserveFreeMany(const Call& call, Status status);
  Verdict ObserveGivenBack(const Call& call) const;
  Verdict ObserveStatistics(const Call& call, const Outcome& outcome);
  [[gnu::cold]] Verdict NotConserved(std::size_t step, const char* expected,
                                     const Statistics& now) const;

  Verdict ObserveSteps(const Call& call);
  bool MustFit(const Call& call) const;
  bool MustResize(const Call& call) const;
  // Whether so many contiguous bytes are free somewhere.
  bool HasGap(std::uint64_t bytes) const;
  // What is free from a live block's start on, itself included.
  std::uint64_t RoomFrom(std::uint64_t offset) const;
  // Zero bytes take one: live blocks have different addresses. Where blocks are
  // spans that can coalesce, all of the span.
  std::uint64_t ExtentBytes(const Call& call) const {
    return coalesces_ ? SpanBytes(call)
                      : std::max<std::uint64_t>(call.bytes, 1);
  }
  std::uint64_t SpanBytes(const Call& call) const;
  std::uint64_t WeightOf(std::uint64_t bytes) const {
    return std::max<std::uint64_t>(bytes, system_->port().unit_bytes);
  }
  Verdict CheckContents(const Block& live, std::size_t step) const;
  Pages TouchedPages() const {
    return system_->arena().IsSparse() ? Pages::kFew : Pages::kMany;
  }

  void Insert(LiveBlocks::Place place, const Block& block);
  void Erase(std::uint32_t slot);
  // The client has lost it.
  void Leave(std::uint32_t slot, std::uint64_t bytes);
  // What lies between the blocks on either side.
  Region RoomAround(LiveBlocks::Place place) const;

  const System* system_ = nullptr;
  std::unique_ptr<MemoryRecord> memory_;
  bool is_provided_ = false;  // The memory, and given back while it is in use.
  bool coalesces_ = false;    // The port promises that its free spans do.
  LiveBlocks blocks_;
  Statistics before_;
  std::uint64_t requested_bytes_ = 0;
  std::optional<Request> just_freed_;
  Change change_;                     // By the op that is observed.
  std::vector<std::uint32_t> batch_;  // The slots that it is about.
  std::uint64_t steps_before_ = 0;    // Nodes that the port had visited.
  std::uint64_t most_live_ = 0;
  std::uint64_t weight_bytes_ = 0;  // What is live, each at least a unit.
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_SHADOW_H_
