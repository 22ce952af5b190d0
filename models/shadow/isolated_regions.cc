#include "models/shadow/isolated_regions.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace lockstep::suite {

void IsolatedRegions::Add(Region region, bool is_isolated) {
  std::erase_if(all_, [&](const Isolated& other) {
    return other.region.end == region.start || region.end == other.region.start;
  });
  if (!is_isolated) return;
  all_.push_back({region, {}});
  all_.back().gaps.Add(region);
}

IsolatedRegions::Isolated* IsolatedRegions::Around(Region extent) {
  for (Isolated& one : all_) {
    if (one.region.Contains(extent.start, extent.bytes())) return &one;
  }
  return nullptr;
}

void IsolatedRegions::Occupy(Region extent, Region room) {
  Isolated* const one = Around(extent);
  if (one == nullptr) return;
  const Region gap = one->region.CommonWith(room);
  one->gaps.Remove(gap);
  one->gaps.Add({gap.start, extent.start});
  one->gaps.Add({extent.end, gap.end});
}

void IsolatedRegions::Vacate(Region extent, Region room) {
  Isolated* const one = Around(extent);
  if (one == nullptr) return;
  const Region gap = one->region.CommonWith(room);
  one->gaps.Remove({gap.start, extent.start});
  one->gaps.Remove({extent.end, gap.end});
  one->gaps.Add(gap);
}

bool IsolatedRegions::HasRoomFor(std::uint64_t span_bytes) const {
  return std::ranges::any_of(
      all_, [&](const Isolated& one) { return one.gaps.Hold(span_bytes); });
}

}  // namespace lockstep::suite
