#ifndef LOCKSTEP_MODELS_SHADOW_GUARDS_H_
#define LOCKSTEP_MODELS_SHADOW_GUARDS_H_

// Bytes next to the regions, which no allocator was given: marked, and looked
// at again.
//   Complexity O(regions), of kGuardBytes on each side.

#include <cstdint>
#include <optional>
#include <vector>

#include "models/system/arena.h"
#include "models/system/region.h"

namespace lockstep::suite {

class Guards {
 public:
  static constexpr std::uint64_t kGuardBytes = 64;

  void Clear() { spans_.clear(); }

  // Marks both sides of a region that is about to be given, where that is in
  // the arena and in none of `regions`.
  void Place(const Arena& arena, Region region, const RegionSet& regions);
  // A region was given: what of it was a guard is one no longer.
  void Lift(Region region);

  // The offset of the first byte that is not as Place left it.
  std::optional<std::uint64_t> FirstDamage(const Arena& arena) const;

 private:
  std::vector<Region> spans_;
};

}  // namespace lockstep::suite

#endif  // LOCKSTEP_MODELS_SHADOW_GUARDS_H_
