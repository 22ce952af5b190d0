#include "models/shadow/guards.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <vector>

namespace lockstep::suite {
namespace {

constexpr std::byte MarkAt(std::uint64_t offset) {
  return static_cast<std::byte>(0xA5 ^ (offset & 0xFF));
}

// The marks from offset 0 on, over and over.
constexpr auto kMarks = [] {
  std::array<std::byte, 0x100 + 2 * Guards::kGuardBytes> marks{};
  for (std::size_t i = 0; i < marks.size(); ++i) marks[i] = MarkAt(i);
  return marks;
}();

const std::byte* MarksFrom(std::uint64_t offset) {
  return &kMarks[offset & 0xFF];
}

bool IsMarked(const Arena& arena, Region span) {
  return std::memcmp(arena.At(span.start), MarksFrom(span.start),
                     static_cast<std::size_t>(span.bytes())) == 0;
}

// What is left of `span` without `hole`.
void AddWithout(Region hole, Region span, std::vector<Region>& out) {
  const Region below{span.start, std::min(span.end, hole.start)};
  const Region above{std::max(span.start, hole.end), span.end};
  if (below.start < below.end) out.push_back(below);
  if (above.start < above.end) out.push_back(above);
}

}  // namespace

void Guards::Place(const Arena& arena, Region region,
                   const RegionSet& regions) {
  const std::uint64_t below = std::min(region.start, kGuardBytes);
  const std::uint64_t above =
      std::min(arena.spec().bytes - region.end, kGuardBytes);
  Guards sides;
  sides.spans_ = {{region.start - below, region.start},
                  {region.end, region.end + above}};
  for (const Region other : regions.regions()) sides.Lift(other);
  for (const Region span : sides.spans_) {
    if (span.start == span.end) continue;
    std::memcpy(arena.At(span.start), MarksFrom(span.start),
                static_cast<std::size_t>(span.bytes()));
    spans_.push_back(span);
  }
}

void Guards::Lift(Region region) {
  const bool is_free = std::ranges::none_of(
      spans_, [&](Region span) { return span.Overlaps(region); });
  if (is_free) return;
  std::vector<Region> left;
  for (const Region span : spans_) AddWithout(region, span, left);
  spans_ = left;
}

std::optional<std::uint64_t> Guards::FirstDamage(const Arena& arena) const {
  for (const Region span : spans_) {
    if (IsMarked(arena, span)) continue;
    for (auto at = span.start; at < span.end; ++at) {
      if (*arena.At(at) != MarkAt(at)) return at;
    }
  }
  return std::nullopt;
}

}  // namespace lockstep::suite
