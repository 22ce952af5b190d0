// The books that the shadow keeps of blocks and statistics.

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

}  // namespace

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
  const auto damage = FirstDamage(system_->arena().At(offset), live.bytes,
                                  live.seed, TouchedPages());
  if (!damage) return std::nullopt;
  return Violation{
      kContentsRule.name, step,
      Text("b", live.slot, " at offset ", offset, " as its client left it"),
      Text("other bytes from its byte ", *damage, " on")};
}

Verdict Shadow::Check(std::size_t step) {
  for (auto block = blocks_.cbegin(); block != blocks_.cend(); ++block) {
    if (auto verdict = CheckContents(block, step)) return verdict;
  }
  return CheckOutside(step);
}

void Shadow::Insert(std::uint64_t offset, const Block& block) {
  const auto next = blocks_.lower_bound(offset);
  memory_->Occupy({offset, block.end}, RoomBefore(next));
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
  memory_->Vacate(extent, RoomBefore(next));
}

void Shadow::Leave(std::uint32_t slot, std::uint64_t bytes) {
  Erase(slot);
  requested_bytes_ -= bytes;
  change_.lost_bytes += bytes;
  change_.loses = true;
  weight_bytes_ -= WeightOf(bytes);
}

Region Shadow::RoomBefore(Blocks::const_iterator next) const {
  return {next == blocks_.cbegin() ? 0 : std::prev(next)->second.end,
          next == blocks_.cend() ? UINT64_MAX : next->first};
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
  change_.live_bytes = requested_bytes_;
  return memory_->ObserveStatistics(call, outcome, before, change_);
}

}  // namespace lockstep::suite
