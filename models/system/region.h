#ifndef LOCKSTEP_MODELS_SYSTEM_REGION_H_
#define LOCKSTEP_MODELS_SYSTEM_REGION_H_

// Spans of an arena, as offsets from its base.
//   Complexity of RegionSet: O(regions); there are few.

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::suite {

struct Region {
  std::uint64_t start = 0;
  std::uint64_t end = 0;  // One past the last byte.

  std::uint64_t bytes() const { return end - start; }
  bool Contains(std::uint64_t offset, std::uint64_t size) const {
    return start <= offset && offset <= end && size <= end - offset;
  }
  bool Overlaps(Region other) const {
    return start < other.end && other.start < end;
  }
  Region CommonWith(Region other) const {
    return {std::max(start, other.start), std::min(end, other.end)};
  }
  friend bool operator==(Region, Region) = default;
};

// Both ends to multiples of `unit_bytes`; start >= end if nothing is left.
inline Region RoundInward(Region region, std::uint64_t unit_bytes) {
  return {(region.start + unit_bytes - 1) / unit_bytes * unit_bytes,
          region.end / unit_bytes * unit_bytes};
}

// Disjoint regions, rising; those that touch are one.
class RegionSet {
 public:
  void Clear() { regions_.clear(); }
  // Requires that it overlaps none.
  void Add(Region region);
  bool Contains(std::uint64_t offset, std::uint64_t size) const {
    for (const Region region : regions_) {
      if (offset <= region.end) return region.Contains(offset, size);
    }
    return false;
  }
  bool Overlaps(Region other) const;
  bool Touches(Region other) const;
  std::span<const Region> regions() const { return regions_; }
  friend bool operator==(const RegionSet&, const RegionSet&) = default;

 private:
  std::vector<Region> regions_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SYSTEM_REGION_H_
