#ifndef LOCKSTEP_MODELS_SHADOW_MEMORY_RECORD_H_
#define LOCKSTEP_MODELS_SHADOW_MEMORY_RECORD_H_

// The shadow's own record of the memory that a port has, and what follows from
// where it comes: regions, a provider, or the port itself.
//   Rules      status, detected, accepted, outside, conserved, unchanged,
//              ledger: see rules.h.
//   Complexity O(regions or pieces).

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "models/script/op.h"
#include "models/system/memory.h"
#include "models/system/model.h"
#include "models/system/region.h"
#include "models/system/system.h"

namespace lockstep::suite {

// What an op did to the blocks.
struct Change {
  std::uint64_t gained_bytes = 0;  // Asked for in blocks that were had.
  std::uint64_t lost_bytes = 0;    // In blocks that are gone.
  bool gains = false;              // Also if of zero bytes.
  bool loses = false;
  std::uint64_t live_bytes = 0;  // After it.
};

class MemoryRecord {
 public:
  // For a fresh system, which must outlive it.
  static std::unique_ptr<MemoryRecord> Of(const System& system);

  MemoryRecord() = default;
  virtual ~MemoryRecord() = default;
  MemoryRecord(const MemoryRecord&) = delete;
  MemoryRecord& operator=(const MemoryRecord&) = delete;

  // Before a region is given.
  virtual void Before(const Call& /*call*/) {}
  // After a verb that not every kind of memory has.
  virtual Verdict Observe(const Call& /*call*/, Status /*status*/) {
    return std::nullopt;
  }
  // Where there is a provider: the calls that it had.
  virtual Verdict ObserveCalls(std::size_t /*step*/) { return std::nullopt; }
  virtual Verdict ObserveStatistics(const Call& call, const Outcome& outcome,
                                    const Statistics& before,
                                    const Change& change) const = 0;
  // The same, after every op: how many bytes are live.
  virtual Verdict ObserveLive(std::uint64_t /*bytes*/, std::size_t /*step*/) {
    return std::nullopt;
  }
  virtual Verdict Check(std::size_t /*step*/) const { return std::nullopt; }
  virtual Verdict Finish(std::size_t /*step*/) const { return std::nullopt; }

  virtual bool Contains(std::uint64_t offset, std::uint64_t bytes) const = 0;
  // Where a block has to be, for messages.
  virtual std::string Describe() const = 0;
  // What a request and a free may be refused with, unless a provider plays a part.
  virtual bool MayRefuseWith(Status status) const {
    return status == Status::kInvalidParam || status == Status::kNoMemory;
  }
  virtual bool MayRefuseFreeWith(Status status) const {
    return status == Status::kInvalidParam || status == Status::kNotAllocated;
  }

  // A block takes its extent out of a free span, or gives it back. `room` lies
  // between the blocks on either side.
  virtual void Occupy(Region /*extent*/, Region /*room*/) {}
  virtual void Vacate(Region /*extent*/, Region /*room*/) {}
  // Whether so many bytes must be served, as LOCKSTEP_COALESCES promises.
  virtual bool HasRoomFor(std::uint64_t /*span_bytes*/) const { return false; }
  // The spans that blocks may lie in, rising: of each region what is not its
  // port's own, and of those that touch and are joined the whole.
  virtual std::span<const Region> spans() const { return {}; }

  // As those of a model.
  virtual void Save(std::unique_ptr<Memory>& /*into*/) const {}
  virtual void Restore(const Memory* /*memory*/) {}
};

std::unique_ptr<MemoryRecord> MakeRegionRecord(const System& system);
std::unique_ptr<MemoryRecord> MakeProviderRecord(const System& system);

// Whether in the last op a provider refused, gave what is misaligned, or did not
// take back. Of what it refused, up to `most_bytes` count.
bool HasProviderFailed(const System& system,
                       std::uint64_t most_bytes = UINT64_MAX);

inline bool Grew(std::uint64_t from, std::uint64_t to, std::uint64_t at_least) {
  return to >= from && to - from >= at_least;
}

// Whether used and available follow the blocks, each by as much.
inline bool FollowBlocks(const Statistics& now, const Statistics& before,
                         const Change& change) {
  if (change.gains && change.loses) return now.used >= change.live_bytes;
  if (change.gains) {
    return Grew(before.used, now.used, change.gained_bytes) &&
           Grew(now.available, before.available, change.gained_bytes);
  }
  if (change.loses) {
    return Grew(now.used, before.used, change.lost_bytes) &&
           Grew(before.available, now.available, change.lost_bytes);
  }
  return now == before;
}

// What is wrong with statistics that do not.
[[gnu::cold]] Verdict DoNotFollowBlocks(std::size_t step, const Statistics& now,
                                        const Statistics& before,
                                        const Change& change);

// Where memory comes with regions alone, after any other verb: they do.
inline Verdict ObserveFixedStatistics(std::size_t step, const Statistics& now,
                                      const Statistics& before,
                                      const Change& change) {
  if (FollowBlocks(now, before, change)) return std::nullopt;
  return DoNotFollowBlocks(step, now, before, change);
}

// Where memory comes and goes with many verbs, and total with it: used follows
// the blocks.
Verdict ObserveElasticStatistics(const Call& call, const Outcome& outcome,
                                 const Statistics& before,
                                 const Change& change);

// For messages.
std::string TextOf(Region region);
std::string Compare(const Statistics& before, const Statistics& now);

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_MEMORY_RECORD_H_
