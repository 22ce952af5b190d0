#ifndef LOCKSTEP_ALLOCATOR_BYTES_REGION_TABLE_H_
#define LOCKSTEP_ALLOCATOR_BYTES_REGION_TABLE_H_

// The regions that an allocator was given, in a small table of fixed size, by
// which foreign pointers and overlapping regions are recognised.
//   Units      addresses; `end` is one past the last byte.
//   Errors     Add: kMemoryOverlap; kNoMemory if the table is full and the new
//              span touches none in it. Nothing has changed then.
//   Complexity O(kMaxRegions); Contains compares once if the first region is
//              the right one.
//   Invariant  the spans are not empty, rise, and neither overlap nor touch
//              (checked by Audit).

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "allocator/base/address.h"
#include "allocator/base/error.h"

namespace lockstep {

struct Span {
  Address start;
  Address end;

  constexpr std::size_t bytes() const { return end - start; }
  constexpr bool Contains(Span other) const {
    return start <= other.start && other.end <= end;
  }
};

class RegionTable {
 public:
  static constexpr std::size_t kMaxRegions = 16;

  // Requires a span that is not empty. Spans that touch become one.
  constexpr Result<void> Add(Span span);
  constexpr bool Contains(Span span) const;
  constexpr std::span<const Span> regions() const {
    return {regions_.data(), count_};
  }

  // The name of the broken invariant, or null.
  constexpr const char* Audit() const;

 private:
  constexpr void Replace(std::size_t first, std::size_t last, Span span);

  std::array<Span, kMaxRegions> regions_{};
  std::size_t count_ = 0;
};

constexpr Result<void> RegionTable::Add(Span span) {
  std::size_t first = 0;  // The first one that the span touches or precedes.
  while (first < count_ && regions_[first].end < span.start) ++first;
  std::size_t last = first;  // One past the last region that it touches.
  for (; last < count_ && regions_[last].start <= span.end; ++last) {
    const Span region = regions_[last];
    if (region.start < span.end && span.start < region.end) {
      return std::unexpected(AllocError::kMemoryOverlap);
    }
  }
  if (first == last && count_ == kMaxRegions) {
    return std::unexpected(AllocError::kNoMemory);
  }
  if (first < last) {
    span.start = std::min(span.start, regions_[first].start);
    span.end = std::max(span.end, regions_[last - 1].end);
  }
  Replace(first, last, span);
  return {};
}

// Puts `span` in the place of the regions [first, last).
constexpr void RegionTable::Replace(std::size_t first, std::size_t last,
                                    Span span) {
  if (first == last) {
    for (std::size_t i = count_; i > first; --i) regions_[i] = regions_[i - 1];
    ++count_;
  } else {
    const std::size_t gone = last - first - 1;
    count_ -= gone;
    for (std::size_t i = first + 1; i < count_; ++i) {
      regions_[i] = regions_[i + gone];
    }
  }
  regions_[first] = span;
}

constexpr bool RegionTable::Contains(Span span) const {
  return std::ranges::any_of(
      regions(), [span](Span region) { return region.Contains(span); });
}

constexpr const char* RegionTable::Audit() const {
  if (count_ > kMaxRegions) return "regions.counted";
  Address floor = 0;
  for (const Span region : regions()) {
    if (region.start <= floor || region.end <= region.start) {
      return "regions.rising";
    }
    floor = region.end;
  }
  return nullptr;
}

}  // namespace lockstep

#endif  // LOCKSTEP_ALLOCATOR_BYTES_REGION_TABLE_H_
