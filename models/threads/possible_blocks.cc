#include "models/threads/possible_blocks.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace lockstep::suite {

void PossibleBlocks::Enter(std::uint32_t slot, Region extent) {
  by_slot_[slot].push_back(
      entries_.insert({extent.start, {extent.end, UINT64_MAX}}));
}

void PossibleBlocks::Leave(std::uint32_t slot, std::uint64_t stamp) {
  auto& blocks = by_slot_[slot];
  if (blocks.empty()) return;
  blocks.front()->second.until = stamp;
  ended_.push_back(blocks.front());
  blocks.erase(blocks.begin());
}

void PossibleBlocks::Forget(std::uint64_t before) {
  while (!ended_.empty() && ended_.front()->second.until < before) {
    entries_.erase(ended_.front());
    ended_.pop_front();
  }
}

std::size_t PossibleBlocks::Count(std::uint64_t since) const {
  const auto gone = std::ranges::count_if(ended_, [&](Entries::iterator entry) {
    return entry->second.until < since;
  });
  return entries_.size() - static_cast<std::size_t>(gone);
}

template <class IsEnough>
bool PossibleBlocks::AnyGap(Region span, std::uint64_t since,
                            IsEnough is_enough) const {
  std::uint64_t start = span.start;
  for (const auto& [offset, entry] : entries_) {
    if (offset >= span.end) break;
    if (entry.until < since || entry.end <= start) continue;
    if (offset > start && is_enough(Region{start, offset})) return true;
    start = entry.end;
  }
  return start < span.end && is_enough(Region{start, span.end});
}

bool PossibleBlocks::HasGap(std::span<const Region> spans, std::uint64_t bytes,
                            std::uint64_t since) const {
  return std::ranges::any_of(spans, [&](Region span) {
    return AnyGap(span, since,
                  [&](Region gap) { return gap.bytes() >= bytes; });
  });
}

bool PossibleBlocks::HasAlignedGap(std::span<const Region> spans,
                                   std::uint64_t bytes,
                                   std::uint64_t since) const {
  return std::ranges::any_of(spans, [&](Region span) {
    return AnyGap(span, since, [&](Region gap) {
      const std::uint64_t start = (gap.start + bytes - 1) & ~(bytes - 1);
      return start >= gap.start && gap.Contains(start, bytes);
    });
  });
}

std::uint64_t PossibleBlocks::RoomFrom(std::uint64_t offset,
                                       std::span<const Region> spans,
                                       std::uint64_t since) const {
  const auto span = std::ranges::find_if(
      spans, [&](Region one) { return one.Contains(offset, 1); });
  if (span == spans.end()) return 0;
  std::uint64_t end = span->end;
  std::size_t at_it = 0;
  for (const auto& [start, entry] : entries_) {
    if (start >= end) break;
    if (entry.until < since || entry.end <= offset) continue;
    if (start > offset) {
      end = start;
    } else if (start < offset || ++at_it > 1) {
      return 0;  // Another block may have been there as well.
    }
  }
  return end - offset;
}

}  // namespace lockstep::suite
