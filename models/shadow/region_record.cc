// The regions that a port was given, the free spans in them that it promised to
// serve from, and guards next to them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/script/text.h"
#include "models/shadow/guards.h"
#include "models/shadow/isolated_regions.h"
#include "models/shadow/memory_record.h"
#include "models/system/region.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

bool IsErrorOfGiving(Status status) {
  return status == Status::kNoMemory || status == Status::kInvalidParam ||
         status == Status::kMemoryOverlap;
}

class RegionRecord final : public MemoryRecord {
 public:
  explicit RegionRecord(const System& system) : system_(system) {}

  void Before(const Call& call) override;
  Verdict Observe(const Call& call, Status status) override;
  Verdict ObserveStatistics(const Call& call, const Outcome& outcome,
                            const Statistics& before,
                            const Change& change) const override;
  Verdict Check(std::size_t step) const override;

  bool Contains(std::uint64_t offset, std::uint64_t bytes) const override {
    return regions_.Contains(offset, bytes);
  }
  std::string Describe() const override;

  void Occupy(Region extent, Region room) override {
    isolated_.Occupy(extent, room);
  }
  void Vacate(Region extent, Region room) override {
    isolated_.Vacate(extent, room);
  }
  bool HasRoomFor(std::uint64_t span_bytes) const override {
    return isolated_.HasRoomFor(span_bytes);
  }
  std::span<const Region> spans() const override { return spans_; }

  void Save(std::unique_ptr<Memory>& into) const override;
  void Restore(const Memory* memory) override;

 private:
  struct Books final : Memory {
    std::uint64_t version = 0;
    IsolatedRegions isolated;
    RegionSet regions;
    std::vector<Region> spans;
    Guards guards;
  };

  Verdict ObserveRefusal(const Call& call, Status status, bool overlaps) const;
  Verdict ObserveTotal(const Call& call, const Statistics& before,
                       const Statistics& now) const;
  bool IsTotalOf(std::uint64_t region_bytes, const Statistics& before,
                 const Statistics& now) const;
  void Accept(Region region);
  void AcceptSpan(Region region);

  const System& system_;
  // Of all but the gaps: another one after each op that may have changed it.
  std::uint64_t version_ = 0;
  std::uint64_t last_version_ = 0;
  RegionSet regions_;  // Rounded inward; touching ones merged.
  IsolatedRegions isolated_;
  std::vector<Region> spans_;
  Guards guards_;
};

// Places guards only where the region can be accepted: else its sides may be
// anyone's.
void RegionRecord::Before(const Call& call) {
  version_ = ++last_version_;
  const Region arena{0, system_.arena().spec().bytes};
  if (!arena.Contains(call.offset, call.bytes)) return;
  const Region region =
      system_.Rounded({call.offset, call.offset + call.bytes});
  if (region.start >= region.end || regions_.Overlaps(region)) return;
  guards_.Place(system_.arena(), region, regions_);
}

Verdict RegionRecord::Observe(const Call& call, Status status) {
  const bool is_in_turn =
      (call.op.verb == Verb::kInit) == regions_.regions().empty();
  const bool is_sound = system_.HasSoundBounds(call.op);
  const Region region =
      system_.Rounded({call.offset, call.offset + call.bytes});
  const bool overlaps = is_sound && regions_.Overlaps(region);
  if (status == Status::kOk) {
    if (is_in_turn && is_sound && !overlaps) {
      Accept(region);
      return std::nullopt;
    }
    return Violation{kDetectedRule.name, call.step,
                     overlaps && is_in_turn ? "memory_overlap" : "an error",
                     "ok"};
  }
  if (!IsErrorOfGiving(status)) {
    return Violation{kStatusRule.name, call.step,
                     "ok, no_memory, invalid_param or memory_overlap",
                     std::string(NameOf(status))};
  }
  if (!is_in_turn || !is_sound) return std::nullopt;
  return ObserveRefusal(call, status, overlaps);
}

Verdict RegionRecord::ObserveRefusal(const Call& call, Status status,
                                     bool overlaps) const {
  if (overlaps) {
    if (status == Status::kMemoryOverlap) return std::nullopt;
    return Violation{kStatusRule.name, call.step, "memory_overlap",
                     std::string(NameOf(status))};
  }
  const bool is_short = call.bytes < system_.port().min_region_bytes;
  if (is_short) return std::nullopt;
  // A port may have room for only so many regions, but not for none.
  if (status == Status::kNoMemory && !regions_.regions().empty()) {
    return std::nullopt;
  }
  return Violation{kAcceptedRule.name, call.step, "ok",
                   std::string(NameOf(status))};
}

void RegionRecord::Accept(Region region) {
  version_ = ++last_version_;
  guards_.Lift(region);
  AcceptSpan(region);
  if (system_.Promises(LOCKSTEP_COALESCES)) {
    isolated_.Add(region, !regions_.Touches(region));
  }
  regions_.Add(region);
}

// What is left of a region without what is its port's own.
void RegionRecord::AcceptSpan(Region region) {
  const lockstep_port& port = system_.port();
  if (port.needs == nullptr) return;
  const std::uint64_t own_bytes =
      std::uint64_t{port.region_head_bytes} + port.region_tail_bytes;
  if (region.bytes() <= own_bytes || region.bytes() < port.min_region_bytes) {
    return;
  }
  Region span{region.start + port.region_head_bytes,
              region.end - port.region_tail_bytes};
  if (system_.Promises(LOCKSTEP_JOINS_REGIONS)) {
    // The head of the one and the tail of the other lie in between no longer.
    const auto joins = [&](const Region& other) {
      return other.end + port.region_tail_bytes == region.start ||
             region.end + port.region_head_bytes == other.start;
    };
    for (const Region other : spans_) {
      if (!joins(other)) continue;
      span = {std::min(span.start, other.start), std::max(span.end, other.end)};
    }
    std::erase_if(spans_, joins);
  }
  spans_.insert(
      std::ranges::upper_bound(spans_, span.start, {}, &Region::start), span);
}

Verdict RegionRecord::ObserveStatistics(const Call& call,
                                        const Outcome& outcome,
                                        const Statistics& before,
                                        const Change& change) const {
  const Verb verb = call.op.verb;
  const bool is_region = (verb == Verb::kInit || verb == Verb::kAdd) &&
                         outcome.status == Status::kOk;
  const Statistics& now = outcome.statistics;
  return is_region ? ObserveTotal(call, before, now)
                   : ObserveFixedStatistics(call.step, now, before, change);
}

Verdict RegionRecord::ObserveTotal(const Call& call, const Statistics& before,
                                   const Statistics& now) const {
  if (IsTotalOf(call.bytes, before, now)) return std::nullopt;
  return Violation{kConservedRule.name, call.step,
                   "total to grow, and by at most the region",
                   Compare(before, now)};
}

bool RegionRecord::IsTotalOf(std::uint64_t region_bytes,
                             const Statistics& before,
                             const Statistics& now) const {
  const bool is_short = region_bytes < system_.port().min_region_bytes;
  const bool is_used_kept = system_.Promises(LOCKSTEP_COUNTS_OVERHEAD)
                                ? now.used >= before.used
                                : now.used == before.used;
  return is_used_kept && now.total >= before.total &&
         (is_short || now.total != before.total) &&
         now.total - before.total <= region_bytes;
}

Verdict RegionRecord::Check(std::size_t step) const {
  const auto damage = guards_.FirstDamage(system_.arena());
  if (!damage) return std::nullopt;
  return Violation{kOutsideRule.name, step, "only given memory written to",
                   Text("offset ", *damage, " was written to")};
}

std::string RegionRecord::Describe() const {
  std::string text;
  for (const Region region : regions_.regions()) {
    text += Text(text.empty() ? "" : ", or ", TextOf(region));
  }
  return text.empty() ? "a region, of which there is none" : text;
}

void RegionRecord::Save(std::unique_ptr<Memory>& into) const {
  if (into == nullptr) into = std::make_unique<Books>();
  auto& books = static_cast<Books&>(*into);
  books.version = version_;
  books.isolated = isolated_;
  books.regions = regions_;
  books.spans = spans_;
  books.guards = guards_;
}

// Most ops change gaps alone. A region that is refused has guards, too.
void RegionRecord::Restore(const Memory* memory) {
  const auto& books = static_cast<const Books&>(*memory);
  isolated_ = books.isolated;
  if (version_ == books.version) return;
  version_ = books.version;
  regions_ = books.regions;
  spans_ = books.spans;
  guards_ = books.guards;
}

}  // namespace

std::unique_ptr<MemoryRecord> MakeRegionRecord(const System& system) {
  return std::make_unique<RegionRecord>(system);
}

}  // namespace lockstep::suite
