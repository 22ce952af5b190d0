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

// Zero bytes take one: live blocks have different addresses. Where blocks are
// spans that can coalesce, all of the span.
std::uint64_t Shadow::ExtentBytes(const Call& call) const {
  if (!system_->Promises(LOCKSTEP_COALESCES) || call.bytes > kLargestSpan) {
    return std::max<std::uint64_t>(call.bytes, 1);
  }
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
  auto place = LiveBlocks::First();
  for (; const Block* block = blocks_.At(place); place = blocks_.Next(place)) {
    if (auto verdict = CheckContents(*block, step)) return verdict;
  }
  return CheckOutside(step);
}

void Shadow::Insert(LiveBlocks::Place place, const Block& block) {
  memory_->Occupy({block.offset, block.end}, RoomAround(place));
  blocks_.Insert(place, block);
}

void Shadow::Erase(std::uint32_t slot) {
  const Region extent{blocks_.InSlot(slot).offset, blocks_.InSlot(slot).end};
  memory_->Vacate(extent, RoomAround(blocks_.Erase(slot)));
}

void Shadow::Leave(std::uint32_t slot, std::uint64_t bytes) {
  Erase(slot);
  requested_bytes_ -= bytes;
  change_.lost_bytes += bytes;
  change_.loses = true;
  weight_bytes_ -= WeightOf(bytes);
}

Region Shadow::RoomAround(LiveBlocks::Place place) const {
  const Block* const previous = blocks_.Before(place);
  const Block* const next = blocks_.At(place);
  return {previous == nullptr ? 0 : previous->end,
          next == nullptr ? UINT64_MAX : next->offset};
}

Verdict Shadow::ObserveStatistics(const Call& call, const Outcome& outcome) {
  if (system_->port().statistics == nullptr) return std::nullopt;
  change_.live_bytes = requested_bytes_;
  Verdict verdict = CompareStatistics(call, outcome);
  before_ = outcome.statistics;
  return verdict;
}

Verdict Shadow::CompareStatistics(const Call& call,
                                  const Outcome& outcome) const {
  const Statistics& now = outcome.statistics;
  const auto broken = [&](const char* expected) {
    return Violation{kConservedRule.name, call.step, expected,
                     Compare(before_, now)};
  };
  if (now.total != now.used + now.available || now.used > now.total) {
    return broken("used + available = total");
  }
  if (now.requested && *now.requested != requested_bytes_) {
    return broken("requested: the bytes of all live blocks");
  }
  return memory_->ObserveStatistics(call, outcome, before_, change_);
}

}  // namespace lockstep::suite
