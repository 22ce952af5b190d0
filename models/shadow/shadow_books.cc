// The books that the shadow keeps of blocks, gaps and statistics.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>

#include "models/script/text.h"
#include "models/shadow/contents.h"
#include "models/shadow/shadow.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kLargestSpan = std::uint64_t{1} << 62;

bool Grew(std::uint64_t from, std::uint64_t to, std::uint64_t at_least) {
  return to >= from && to - from >= at_least;
}

}  // namespace

std::string Compare(const Statistics& before, const Statistics& now) {
  return Text("total ", before.total, " -> ", now.total, ", used ", before.used,
              " -> ", now.used, ", available ", before.available, " -> ",
              now.available, ", requested ", now.requested.value_or(0));
}

// Zero bytes take one: live blocks have different addresses. Where blocks are
// spans that can coalesce, all of the span.
std::uint64_t Shadow::ExtentBytes(const Call& call) const {
  if (!system_->Promises(LOCKSTEP_COALESCES) || call.bytes > kLargestSpan) {
    return std::max<std::uint64_t>(call.bytes, 1);
  }
  return std::max({std::bit_ceil(call.bytes), call.align_bytes,
                   std::uint64_t{system_->port().unit_bytes}});
}

Verdict Shadow::CheckContents(Blocks::const_iterator block,
                              std::size_t step) const {
  const auto& [offset, live] = *block;
  const auto damage =
      FirstDamage(system_->arena().At(offset), live.bytes, live.seed);
  if (!damage) return std::nullopt;
  return Violation{
      kContentsRule.name, step,
      Text("b", live.slot, " at offset ", offset, " as its client left it"),
      Text("other bytes from its byte ", *damage, " on")};
}

Verdict Shadow::CheckOutside(std::size_t step) const {
  const auto damage = guards_.FirstDamage(system_->arena());
  if (!damage) return std::nullopt;
  return Violation{kOutsideRule.name, step, "only given memory written to",
                   Text("offset ", *damage, " was written to")};
}

Verdict Shadow::Check(std::size_t step) {
  for (auto block = blocks_.cbegin(); block != blocks_.cend(); ++block) {
    if (auto verdict = CheckContents(block, step)) return verdict;
  }
  if (auto verdict = CheckOutside(step)) return verdict;
  if (const auto scribble = system_->provider().FirstScribble()) {
    return Violation{kLedgerRule.name, step,
                     "memory that it does not have is let alone",
                     Text("offset ", *scribble, " was written to")};
  }
  return std::nullopt;
}

void Shadow::Insert(std::uint64_t offset, const Block& block) {
  const auto next = blocks_.lower_bound(offset);
  if (const auto gap = GapAround(next, {offset, block.end})) {
    gaps_.Remove(*gap);
    gaps_.Add({gap->start, offset});
    gaps_.Add({block.end, gap->end});
  }
  Place(next, offset, block);
}

void Shadow::Place(Blocks::const_iterator next, std::uint64_t offset,
                   const Block& block) {
  if (by_slot_.size() <= block.slot) by_slot_.resize(block.slot + 1);
  if (spare_.empty()) {
    by_slot_[block.slot] = blocks_.emplace_hint(next, offset, block);
    return;
  }
  Blocks::node_type node = std::move(spare_.back());
  spare_.pop_back();
  node.key() = offset;
  node.mapped() = block;
  by_slot_[block.slot] = blocks_.insert(next, std::move(node));
}

void Shadow::Erase(std::uint32_t slot) {
  const auto block = by_slot_[slot];
  const Region extent{block->first, block->second.end};
  const auto next = std::next(block);
  spare_.push_back(blocks_.extract(block));
  if (const auto gap = GapAround(next, extent)) {
    gaps_.Remove({gap->start, extent.start});
    gaps_.Remove({extent.end, gap->end});
    gaps_.Add(*gap);
  }
}

std::optional<Region> Shadow::GapAround(Blocks::const_iterator next,
                                        Region extent) const {
  for (const Region region : isolated_) {
    if (!region.Contains(extent.start, extent.bytes())) continue;
    Region gap = region;
    if (next != blocks_.cend()) gap.end = std::min(gap.end, next->first);
    if (next != blocks_.cbegin()) {
      gap.start = std::max(gap.start, std::prev(next)->second.end);
    }
    return gap;
  }
  return std::nullopt;
}

// Only where the region can be accepted: else its sides may be anyone's.
void Shadow::PlaceGuards(const Call& call) {
  const Region arena{0, system_->arena().spec().bytes};
  if (!arena.Contains(call.offset, call.bytes)) return;
  const Region region =
      system_->Rounded({call.offset, call.offset + call.bytes});
  if (region.start >= region.end || regions_.Overlaps(region)) return;
  guards_.Place(system_->arena(), region, regions_);
}

void Shadow::RecountGaps() {
  gaps_.Clear();
  isolated_.clear();
  if (!system_->Promises(LOCKSTEP_COALESCES)) return;
  for (const Region region : regions_.regions()) {
    const auto given = system_->given_regions();
    if (std::ranges::none_of(given, [&](Region one) {
          return system_->Rounded(one) == region;
        })) {
      continue;
    }
    isolated_.push_back(region);
    std::uint64_t start = region.start;
    for (auto block = blocks_.lower_bound(region.start);
         block != blocks_.end() && block->first < region.end; ++block) {
      gaps_.Add({start, block->first});
      start = block->second.end;
    }
    gaps_.Add({start, region.end});
  }
}

Verdict Shadow::ObserveStatistics(const Call& call, const Outcome& outcome) {
  if (system_->port().statistics == nullptr) return std::nullopt;
  const Statistics before = std::exchange(before_, outcome.statistics);
  const Statistics& now = outcome.statistics;
  const auto broken = [&](const Rule& rule, const char* expected) {
    return Violation{rule.name, call.step, expected, Compare(before, now)};
  };
  if (now.total != now.used + now.available || now.used > now.total) {
    return broken(kConservedRule, "used + available = total");
  }
  if (now.requested && *now.requested != requested_bytes_) {
    return broken(kConservedRule, "requested: the bytes of all live blocks");
  }
  if (system_->Pulls() || system_->HasOwnMemory()) {
    return ObserveElasticStatistics(call, outcome, before);
  }
  const bool is_region =
      call.op.verb == Verb::kInit || call.op.verb == Verb::kAdd;
  const bool changes = is_region || call.op.verb == Verb::kAllocate ||
                       call.op.verb == Verb::kFree;
  if (!changes || outcome.status != Status::kOk) {
    if (now == before) return std::nullopt;
    return broken(kUnchangedRule, "the same statistics as before");
  }
  const std::uint64_t bytes = call.bytes;
  if (is_region && (now.used != before.used || now.total <= before.total ||
                    now.total - before.total > bytes)) {
    return broken(kConservedRule, "total to grow, and by at most the region");
  }
  const bool grows = Grew(before.used, now.used, bytes) &&
                     Grew(now.available, before.available, bytes);
  if (call.op.verb == Verb::kAllocate && !grows) {
    return broken(kConservedRule, "the block to go from available to used");
  }
  const bool falls = Grew(now.used, before.used, bytes) &&
                     Grew(before.available, now.available, bytes);
  if (call.op.verb == Verb::kFree && !falls) {
    return broken(kConservedRule, "the block to go from used to available");
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
