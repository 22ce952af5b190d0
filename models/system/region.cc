#include "models/system/region.h"

#include <algorithm>

namespace lockstep::suite {

void RegionSet::Add(Region region) {
  std::erase_if(regions_, [&](Region other) {
    const bool touches = other.end == region.start || region.end == other.start;
    if (touches) {
      region.start = std::min(region.start, other.start);
      region.end = std::max(region.end, other.end);
    }
    return touches;
  });
  const auto next =
      std::ranges::upper_bound(regions_, region.start, {}, &Region::start);
  regions_.insert(next, region);
}

bool RegionSet::Overlaps(Region other) const {
  return std::ranges::any_of(
      regions_, [&](Region region) { return region.Overlaps(other); });
}

bool RegionSet::Touches(Region other) const {
  return std::ranges::any_of(regions_, [&](Region region) {
    return region.end == other.start || other.end == region.start;
  });
}

}  // namespace lockstep::suite
