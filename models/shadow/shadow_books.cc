// The books that the shadow keeps of blocks and statistics.

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "models/script/text.h"
#include "models/shadow/contents.h"
#include "models/shadow/pattern.h"
#include "models/shadow/shadow.h"
#include "models/system/rules.h"

namespace lockstep::suite {
namespace {

constexpr std::uint64_t kLargestSpan = std::uint64_t{1} << 62;

}  // namespace

std::uint64_t Shadow::SpanBytes(const Call& call) const {
  if (call.bytes > kLargestSpan) return call.bytes;
  return std::max({std::bit_ceil(call.bytes), call.align_bytes,
                   std::uint64_t{system_->port().unit_bytes}});
}

Verdict Shadow::CheckContents(const Block& live, std::size_t step) const {
  const std::byte* const block = system_->arena().At(live.offset);
  // Of most blocks, all is looked at, and nothing is wrong.
  if (live.bytes <= kSmallBytes &&
      pattern::DifferenceIn(block, 0, live.bytes, live.seed) == 0) {
    return std::nullopt;
  }
  const auto damage = FirstDamage(block, live.bytes, live.seed, TouchedPages());
  if (!damage) return std::nullopt;
  return Violation{kContentsRule.name, step,
                   Text("b", live.slot, " at offset ", live.offset,
                        " as its client left it"),
                   Text("other bytes from its byte ", *damage, " on")};
}

Verdict Shadow::Check(std::size_t step) {
  auto place = blocks_.First();
  for (; place != LiveBlocks::Place::kEnd; place = blocks_.After(place)) {
    if (auto verdict = CheckContents(blocks_.At(place), step)) return verdict;
  }
  return CheckOutside(step);
}

void Shadow::Insert(LiveBlocks::Place place, const Block& block) {
  if (coalesces_) {
    memory_->Occupy({block.offset, block.end}, RoomAround(place));
  }
  blocks_.Insert(place, block);
}

void Shadow::Erase(std::uint32_t slot) {
  const Region extent{blocks_.InSlot(slot).offset, blocks_.InSlot(slot).end};
  const LiveBlocks::Place place = blocks_.Erase(slot);
  if (coalesces_) memory_->Vacate(extent, RoomAround(place));
}

[[gnu::flatten]] void Shadow::Leave(std::uint32_t slot, std::uint64_t bytes) {
  Erase(slot);
  requested_bytes_ -= bytes;
  change_.lost_bytes += bytes;
  change_.loses = true;
  weight_bytes_ -= WeightOf(bytes);
}

Region Shadow::RoomAround(LiveBlocks::Place place) const {
  return {blocks_.Before(place).end, blocks_.At(place).offset};
}

Verdict Shadow::ObserveStatistics(const Call& call, const Outcome& outcome) {
  if (system_->port().statistics == nullptr) return std::nullopt;
  const Statistics& now = outcome.statistics;
  if (now.total != now.used + now.available || now.used > now.total) {
    return NotConserved(call.step, "used + available = total", now);
  }
  if (now.requested && *now.requested != requested_bytes_) {
    return NotConserved(call.step, "requested: the bytes of all live blocks",
                        now);
  }
  change_.live_bytes = requested_bytes_;
  // What the record of the memory would say, too: unless memory was given, or
  // comes with many verbs.
  const bool is_plain = !is_provided_ && call.op.verb != Verb::kInit &&
                        call.op.verb != Verb::kAdd;
  if (!is_plain || !FollowBlocks(now, before_, change_)) {
    if (auto verdict =
            memory_->ObserveStatistics(call, outcome, before_, change_)) {
      return verdict;
    }
  }
  before_ = now;
  return std::nullopt;
}

Verdict Shadow::NotConserved(std::size_t step, const char* expected,
                             const Statistics& now) const {
  return Violation{kConservedRule.name, step, expected, Compare(before_, now)};
}

}  // namespace lockstep::suite
